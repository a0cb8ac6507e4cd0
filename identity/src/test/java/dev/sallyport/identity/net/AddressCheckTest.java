package dev.sallyport.identity.net;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressCheckTest {
  /** ID-28: whatever a foreign server leads to. */
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost", "[::1]", "127.1", "[::ffff:127.0.0.1]"})
  void leadsToThisMachineFromThisMachineOnly(String host) {
    var target = URI.create("https://" + host + "/");

    assertThatCode(() -> AddressRule.checkLed(URI.create("https://localhost/"), target))
        .doesNotThrowAnyException();
    assertThatIOException()
        .isThrownBy(() -> AddressRule.checkLed(URI.create("https://idp.example/"), target))
        .withMessage("leads to an address that no request may go to");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"169.254.169.254", "[::ffff:169.254.169.254]", "100.100.100.200", "0.0.0.0"})
  void leadsNowhereThatNoRequestMayGoTo(String host) {
    var target = URI.create("https://" + host + "/");

    assertThatIOException()
        .isThrownBy(() -> AddressRule.checkLed(URI.create("https://localhost/"), target));
  }
}
