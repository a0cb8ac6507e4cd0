package dev.sallyport.vault.seal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealedStatesTest {
  private static final byte[] STATE = "round 2".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path directory;
  private SealedStates states;

  @BeforeEach
  void open() throws KekException {
    states = states("kek.json");
  }

  private SealedStates states(String file) throws KekException {
    return new SealedStates(new Sealer(FileKek.open(directory.resolve(file), false)));
  }

  @Test
  void opensWhatItSealedForTheSameWords() {
    var sealed = states.seal(STATE, "alice|crm");

    assertThat(states.open(sealed, "alice|crm")).hasValue(STATE);
    assertThat(sealed).matches("[\\x21-\\x7e]+").doesNotContain("round");
  }

  @Test
  void opensWhatAReplicaSealedWithTheSameKey() throws KekException {
    var sealed = states.seal(STATE, "alice");

    assertThat(states("kek.json").open(sealed, "alice")).hasValue(STATE);
    assertThat(states("another.json").open(sealed, "alice")).isEmpty();
  }

  @Test
  void sealsNothingTwiceAlike() {
    assertThat(states.seal(STATE, "alice")).isNotEqualTo(states.seal(STATE, "alice"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "bob", "alice ", "Alice", "alice|1", "alice\u0000"})
  void opensNothingForOtherWords(String words) {
    assertThat(states.open(states.seal(STATE, "alice"), words)).isEmpty();
  }

  @Test
  void opensNothingOfWhichAnyCharacterWasChanged() {
    var sealed = states.seal(STATE, "alice");

    for (int i = 0; i < sealed.length(); i++) {
      for (var other : List.of('A', 'B', '=', '-', ' ')) {
        if (sealed.charAt(i) != other) {
          var changed = sealed.substring(0, i) + other + sealed.substring(i + 1);
          assertThat(states.open(changed, "alice")).as("%d %s", i, other).isEmpty();
        }
      }
    }
  }

  @Test
  void opensNothingOfWhichAnyBitWasFlipped() {
    var sealed = Base64.getDecoder().decode(states.seal(STATE, "alice"));

    for (int bit = 0; bit < 8 * sealed.length; bit++) {
      var changed = sealed.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(states.open(Base64.getEncoder().encodeToString(changed), "alice")).isEmpty();
    }
  }

  @Test
  void opensNothingThatWasCutOrLengthened() {
    var sealed = states.seal(STATE, "alice");

    for (int length = 0; length < sealed.length(); length++) {
      assertThat(states.open(sealed.substring(0, length), "alice")).isEmpty();
    }
    for (var more : List.of("A", "=", "\n", sealed)) {
      assertThat(states.open(sealed + more, "alice")).isEmpty();
      assertThat(states.open(more + sealed, "alice")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "=", "AAAA", "cm91bmQgMg==", "\u00e9", "{}"})
  void opensNothingThatIsNoneOfOurs(String text) {
    assertThat(states.open(text, "alice")).isEmpty();
  }

  @Test
  void opensNoSecretOfTheVault() {
    var secret = new Sealer(kek()).seal(STATE, new Sealer.Context("credential", "alice", 1));

    assertThat(states.open(secret, "alice")).isEmpty();
  }

  private Kek kek() {
    try {
      return FileKek.open(directory.resolve("kek.json"), true);
    } catch (KekException e) {
      throw new IllegalStateException(e);
    }
  }
}
