//! The stand-in for Docker's `hello-world` in the world that tests run in.

fn main() {
    println!(
        "
Hello from Docker!
This message shows that your installation appears to be working correctly.

It comes from a stand-in for the hello-world image, built for tests."
    );
    if option_env!("SAYS_MORE").is_some_and(|says| !says.is_empty()) {
        println!(
            "
To get here, Docker has looked for the image, pulled it, and run it in a container.
Try something larger next."
        );
    }
}
