package dev.sallyport.identity.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.testing.SigningKey;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingTrustDomain;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompactTokenTest {
  private static final String US = "https://gateway.example";
  private static final String PATH = "/agent/ci";

  private final TestingTrustDomain prod = new TestingTrustDomain("prod", new TestingClock());

  @Test
  void takesAGoodTokenApart() {
    var token = CompactToken.parse(prod.svid(PATH, US));

    assertThat(token.header("kid")).contains("key-1");
    assertThat(token.header("none")).isEmpty();
    assertThat(token.claims().text("sub")).contains("spiffe://prod/agent/ci");
    assertThat(token.claims().audiences()).containsExactly(US);
  }

  /** ID-18, ID-20, ID-21. */
  @Test
  void refusesWhateverIsNotThreePartsOfPlainBase64() {
    var good = prod.svid(PATH, US);
    var parts = good.split("\\.", -1);
    var hostile =
        new ArrayList<>(
            List.of(
                "",
                ".",
                "..",
                "a.b",
                parts[0] + "." + parts[1],
                good + "." + parts[2],
                good + "." + parts[2] + "." + parts[2],
                "{\"payload\":\"" + parts[1] + "\"}",
                good + "\n",
                good + "!",
                good + "=",
                " " + good,
                good.replace(".", ". "),
                parts[0] + ".." + parts[2],
                parts[0] + "." + parts[1] + ".",
                "x".repeat(4 * 1024 * 1024),
                parts[0] + "." + SigningKey.encode("[".repeat(3_000)) + "." + parts[2],
                parts[0] + "." + SigningKey.encode("{\"a\":".repeat(1_000)) + "." + parts[2],
                parts[0] + "." + SigningKey.encode("null") + "." + parts[2],
                parts[0] + "." + SigningKey.encode("[]") + "." + parts[2],
                parts[0] + "." + SigningKey.encode("{} {}") + "." + parts[2]));
    for (var token : hostile) {
      assertMalformed(token);
    }
  }

  /** ID-21: of all texts that decode to one signature, one is the token. */
  @Test
  void refusesBase64WithBitsLeftOver() {
    var good = prod.svid(PATH, US);
    var last = good.charAt(good.length() - 1);
    var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    var neighbour = alphabet.charAt(alphabet.indexOf(last) ^ 1);

    assertMalformed(good.substring(0, good.length() - 1) + neighbour);
  }

  /** ID-19. */
  @Test
  void refusesAMemberThatIsThereTwice() {
    var claims = SigningKey.json(prod.claims(PATH, US));
    var twice = claims.substring(0, claims.length() - 1) + ",\"sub\":\"spiffe://prod/x\"}";
    var header = SigningKey.json(prod.header());
    var headerTwice = header.substring(0, header.length() - 1) + ",\"alg\":\"none\"}";

    assertMalformed(prod.key().sign(header, twice));
    assertMalformed(prod.key().sign(headerTwice, claims));
  }

  private static void assertMalformed(String token) {
    assertThatThrownBy(() -> CompactToken.parse(token))
        .isInstanceOf(TokenFault.class)
        .hasMessage("malformed");
  }
}
