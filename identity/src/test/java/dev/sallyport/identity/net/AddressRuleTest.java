package dev.sallyport.identity.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRuleTest {
  private final AddressRule open = new AddressRule(true);
  private final AddressRule closed = new AddressRule(false);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.169.254",
        "169.254.0.1",
        "169.254.170.2",
        "2852039166",
        "169.16689662",
        "100.100.100.200",
        "192.0.0.192",
        "168.63.129.16",
        "0.0.0.0",
        "0.1.2.3",
        "224.0.0.1",
        "255.255.255.255",
        "fe80::1",
        "febf::1",
        "ff02::1",
        "::",
        "::ffff:169.254.169.254",
        "::169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
        "fd00:ec2::254",
        "fd20:ce::254",
      })
  void refusesAlways(String address) throws Exception { // CV-06
    assertThat(open.allows(InetAddress.getByName(address))).isFalse();
    assertThat(closed.allows(InetAddress.getByName(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.1.2.3",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "fc00::1",
        "fd12:3456::1",
        "fec0::1",
      })
  void allowsPrivateAddressesUnlessTheyAreClosed(String address) throws Exception {
    assertThat(open.allows(InetAddress.getByName(address))).isTrue();
    assertThat(closed.allows(InetAddress.getByName(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "172.15.0.1",
        "172.32.0.1",
        "100.63.0.1",
        "100.128.0.1",
        "169.253.0.1",
        "223.255.255.255",
        "2606:4700::1111",
        "64:ff9b::101:101",
      })
  void allowsPublicAddresses(String address) throws Exception {
    assertThat(open.allows(InetAddress.getByName(address))).isTrue();
    assertThat(closed.allows(InetAddress.getByName(address))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "http://169.254.169.254/x, true",
    "http://[fe80::1%25eth0]/, true",
    "http://[::ffff:168.63.129.16]:80/, true",
    "http://224.0.0.1/, true",
    "http://127.0.0.1/, false",
    "http://10.0.0.1/, false",
    "http://[fd12:3456::1]/, false",
    "http://metadata.google.internal/, false",
  })
  void knowsAddressesThatAreWrittenOutAndNeverAllowed(String address, boolean never) {
    assertThat(AddressRule.isNeverAllowed(URI.create(address))).isEqualTo(never);
  }
}
