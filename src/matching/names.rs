//! Names that Docker makes up for containers: a word of each of two closed lists, such as
//! `quirky_turing`. The lists are those of `namesgenerator` in Docker's sources, words that have gone
//! from them since among them.

const LEFT: &str = "admiring adoring affectionate agitated amazing angry awesome backstabbing beautiful berserk big \
blissful bold boring brave busy charming clever cocky compassionate competent condescending confident cool cranky \
crazy dazzling desperate determined distracted dreamy drunk eager ecstatic elastic elated elegant eloquent epic evil \
exciting fervent festive flamboyant focused friendly frosty funny furious gallant gifted gigantic gloomy goofy \
gracious grave great happy hardcore heuristic high hopeful hungry infallible insane inspiring intelligent interesting \
jolly jovial keen kickass kind laughing lonely loving lucid mad magical modest musing mystifying naughty nervous nice \
nifty nostalgic objective optimistic peaceful pedantic pensive practical priceless prickly quirky quizzical recursing \
relaxed reverent romantic sad serene sharp sick silly sleepy small stoic strange stupefied suspicious sweet tender \
thirsty tiny trusting unruffled upbeat vibrant vigilant vigorous wizardly wonderful xenodochial youthful zealous zen";

const RIGHT: &str = "agnesi albattani allen almeida antonelli archimedes ardinghelli aryabhata austin babbage banach \
banzai bardeen bartik bassi beaver bell benz bhabha bhaskara black blackburn blackwell bohr booth borg bose bouman \
boyd brahmagupta brattain brown buck burnell cannon carson cartwright carver cerf chandrasekhar chaplygin chatelet \
chatterjee chaum chebyshev clarke cohen colden cori cray curie curran darwin davinci dewdney dhawan diffie dijkstra \
dirac driscoll dubinsky easley edison einstein elbakyan elgamal elion ellis engelbart euclid euler faraday feistel \
fermat fermi feynman franklin gagarin galileo galois ganguly gates gauss germain goldberg goldstine goldwasser golick \
goodall gould greider grothendieck haibt hamilton haslett hawking heisenberg hellman hermann herschel hertz heyrovsky \
hodgkin hofstadter hoover hopper hugle hypatia ishizaka jackson jang jemison jennings jepsen johnson joliot jones \
kalam kapitsa kare keldysh keller kepler khayyam khorana kilby kirch knuth kowalevski lalande lamarr lamport leakey \
leavitt lederberg lehmann lewin lichterman liskov lovelace lumiere mahavira margulis matsumoto maxwell mayer mccarthy \
mcclintock mclaren mclean mcnulty meitner mendel mendeleev meninsky merkle mestorf minsky mirzakhani montalcini moore \
morse moser murdock napier nash neumann newton nightingale nobel noether northcutt noyce panini pare pascal pasteur \
payne perlman pike poincare poitras proskuriakova ptolemy raman ramanujan rhodes ride riemann ritchie robinson \
roentgen rosalind rubin saha sammet sanderson satoshi shamir shannon shaw shirley shockley shtern sinoussi snyder \
solomon spence stallman stonebraker sutherland swanson swartz swirles taussig tesla tharp thompson torvalds tu turing \
varahamihira vaughan villani visvesvaraya volhard wescoff wilbur wiles williams williamson wilson wing wozniak wright \
wu yalow yonath zhukovsky";

/// Whether Docker may have made a word up as a name; a digit behind it says that the name was taken.
pub(super) fn is_made_up(word: &str) -> bool {
    let Some((left, right)) = word.split_once('_') else {
        return false;
    };
    let right = right
        .strip_suffix(|c: char| c.is_ascii_digit())
        .unwrap_or(right);
    let is_in = |list: &str, word: &str| list.split(' ').any(|one| one == word);
    is_in(LEFT, left) && is_in(RIGHT, right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_of_both_lists() {
        for name in ["loving_payne", "gallant_mccarthy", "zen_wu3"] {
            assert!(is_made_up(name), "{name}");
        }
        for word in [
            "my_app",
            "loving_husband",
            "tutorial_web",
            "payne",
            "big_data",
        ] {
            assert!(!is_made_up(word), "{word}");
        }
    }
}
