//! The stand-in for Docker's `hello-world` in the world that tests run in.

fn main() {
    println!(
        "
Hello from Docker!
This message shows that your installation appears to be working correctly.

It comes from a stand-in for the hello-world image, built for tests."
    );
}
