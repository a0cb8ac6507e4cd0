package dev.sallyport.identity.federation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.svid.BundleSource.Awaited;
import dev.sallyport.identity.svid.BundleSource.Known;
import dev.sallyport.identity.testing.TestingAuthority;
import dev.sallyport.identity.testing.TestingBundleEndpoint;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How a server proves that it is the endpoint, in both profiles. */
class ServerTrustTest extends EndpointScene {
  @Test
  void believesNoServerWhoseCertificateIsNotForTheNameOrFromTheAuthority() {
    server.publish(document(1, 60, "a"));
    for (var wrong :
        List.of(
            webCa.server("192.0.2.1"),
            ca.server("127.0.0.1"),
            ca.certify("spiffe://partner/bundle-server", from(), until()))) {
      server.show(wrong);
      later();
      assertThat(endpoint.state()).isEqualTo(new Awaited());
    }
    assertThat(server.requests()).isZero();

    try (var platform = endpoint(WebServerTrust.ofPlatform())) {
      server.show(webCa.server("127.0.0.1"));
      platform.start();
      assertThat(platform.state()).isEqualTo(new Awaited());
    }
  }

  @Test
  void believesAServerOfTheSpiffeProfileByTheBootstrapBundleAndThenByTheLatest() {
    endpoint = endpoint(spiffe());
    server.show(ca.svid(SERVER.getPath(), LIFE));
    published(document(1, List.of(ca, next)));
    assertThat(known().x509Authorities())
        .containsExactlyInAnyOrder(ca.certificate(), next.certificate());

    server.show(next.svid(SERVER.getPath(), LIFE));
    published(document(2, List.of(next)));
    assertThat(known().x509Authorities()).containsExactly(next.certificate());

    server.show(ca.svid(SERVER.getPath(), LIFE)); // the bootstrap bundle holds no longer
    published(document(3, List.of(ca)));
    assertThat(known().x509Authorities()).containsExactly(next.certificate());
  }

  @Test
  void believesNoServerOfTheSpiffeProfileThatHasNotThatVeryId() {
    endpoint = endpoint(spiffe());
    server.publish(document(1, List.of(ca)));
    for (var wrong :
        List.of(
            ca.svid("/other", LIFE),
            ca.svid("/bundle-server/", LIFE),
            ca.certify("spiffe://other/bundle-server", from(), until()),
            ca.certify("https://partner/bundle-server", from(), until()),
            next.svid(SERVER.getPath(), LIFE),
            ca.certify(SERVER.toString(), from(), clock.instant()),
            ca.certify(SERVER.toString(), clock.instant().plus(LIFE), until()),
            ca.certify(from(), until(), TestingAuthority.Form::authority),
            webCa.server("127.0.0.1"))) {
      server.show(wrong);
      later();
      assertThat(endpoint.state()).isEqualTo(new Awaited());
    }
    assertThat(server.requests()).isZero();

    server.show(ca.svid(SERVER.getPath(), LIFE));
    later();
    assertThat(endpoint.state()).isInstanceOf(Known.class);
  }

  @Test
  void wantsTheSameIdOfAServerToWhichTheSpiffeProfileIsRedirected() {
    endpoint = endpoint(spiffe());
    server.show(ca.svid(SERVER.getPath(), LIFE));
    try (var other = new TestingBundleEndpoint(ca.svid("/other", LIFE))) {
      other.publish(document(1, List.of(ca)));
      server.answer(307, Map.of("Location", other.url()), "");
      endpoint.start();
      assertThat(endpoint.state()).isEqualTo(new Awaited());
      assertThat(other.requests()).isZero();

      other.show(ca.svid(SERVER.getPath(), LIFE));
      later();
      assertThat(endpoint.state()).isInstanceOf(Known.class);
    }
  }
}
