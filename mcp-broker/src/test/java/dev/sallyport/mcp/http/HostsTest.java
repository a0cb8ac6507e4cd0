package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostsTest {
  private final Hosts hosts = new Hosts(Set.of("gateway.example"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LocalHost:1",
        "127.0.0.1",
        "127.0.0.1:65535",
        "127.255.1.2:80",
        "[::1]",
        "[::1]:8080",
        "gateway.example",
        "Gateway.Example:443"
      })
  void takesItsOwnNamesAndThoseOfThisMachine(String host) {
    assertThat(hosts.allow(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        ":80",
        "localhost:",
        "localhost:123456",
        "localhost:8o",
        "localhost:80:80",
        "localhost:٣",
        "localhost.evil.example",
        "evil.example:80",
        "127.0.0.1.evil.example",
        "127.0.0",
        "127.0.0.1234",
        "128.0.0.1",
        "[::1",
        "[::2]",
        "::1",
        "gateway.example.evil.example",
        "notgateway.example"
      })
  void takesNoOtherName(String host) {
    assertThat(hosts.allow(host)).isFalse();
  }
}
