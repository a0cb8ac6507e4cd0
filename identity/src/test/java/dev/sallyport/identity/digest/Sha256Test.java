package dev.sallyport.identity.digest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Source of the digests: FIPS 180-4, and coreutils' sha256sum. */
final class Sha256Test {
  private static final String OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @Test
  void digestsTextsAndBytesAlike() {
    var bytes = "abc".getBytes(StandardCharsets.US_ASCII);

    assertThat(Sha256.hex("abc")).isEqualTo(OF_ABC);
    assertThat(Sha256.hex(bytes)).isEqualTo(OF_ABC);
    assertThat(Sha256.of("abc")).hasSize(Sha256.BYTES).isEqualTo(Sha256.of(bytes));
    assertThat(Sha256.base64Url(bytes)).isEqualTo("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
  }

  @Test
  void takesTextsAsUtf8() {
    assertThat(Sha256.hex("ü"))
        .isEqualTo("607474ca475a9724d7360aba71a56d5df77e61350e3f724cfa1f46e857e2d85f");
  }

  @Test
  void takesItsInputInParts() {
    var digest = Sha256.create();
    digest.update((byte) 'a');

    assertThat(digest.digest(new byte[] {'b', 'c'})).isEqualTo(Sha256.of("abc"));
  }
}
