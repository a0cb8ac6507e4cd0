package dev.sallyport.gateway.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChildTest {
  @Test
  void isNotToldWhatTheUsersOwnGatewayIs() {
    var environment = new HashMap<>(Map.of("PATH", "/bin", "SALLYPORT_STORE_URL", "jdbc:h2:x"));

    Child.forgetSettings(environment);

    assertThat(environment).containsOnlyKeys("PATH");
  }
}
