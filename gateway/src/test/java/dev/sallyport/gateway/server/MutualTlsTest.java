package dev.sallyport.gateway.server;

import static dev.sallyport.gateway.server.TlsScene.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.gateway.testing.TlsClient;
import dev.sallyport.gateway.testing.TlsClient.Answer;
import dev.sallyport.identity.testing.TestingAuthority;
import dev.sallyport.identity.testing.TestingAuthority.Certified;
import dev.sallyport.identity.testing.TestingAuthority.Form;
import dev.sallyport.identity.testing.TestingIssuer;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.OtherName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Who is let in by a certificate, through the very socket: the answer, and the record of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MutualTlsTest {
  private static final String ID = "spiffe://prod/agent/ci";
  private static final GeneralName NAME = uri(ID);

  @TempDir private static Path folder;
  private TlsScene scene;
  private TestingIssuer issuer;

  @BeforeAll
  void open() throws IOException {
    scene = new TlsScene(folder, Map.of());
    issuer = new TestingIssuer(scene::now);
    scene
        .gateway()
        .apply(
            """
            apiVersion: sallyport.dev/v1
            kind: Issuer
            metadata: {name: corp}
            spec: {issuer: "%s", jwksUri: "%s", audience: "%s", algorithms: [ES256]}
            """
                .formatted(issuer.issuer(), issuer.jwksUri(), TestingGateway.AUDIENCE));
  }

  /** Refusals of one minute are counted beyond some: each test has a minute of its own. */
  @BeforeEach
  void waitAMinute() {
    scene.advance(Duration.ofSeconds(61));
  }

  @AfterAll
  void close() {
    scene.close();
    issuer.close();
  }

  @Test
  void knowsAnAgentByItsCertificate() throws IOException {
    isLetIn(scene.agent("/agent/ci").ask(scene.address(), REQUEST), ID);
  }

  @Test
  void knowsAnAgentOfEachTrustDomainThroughAnIntermediate() throws IOException {
    var below = scene.partner.intermediate("below", TestingAuthority.newKey(), Form::authority);
    var certified = below.certify("spiffe://partner/agent/x", scene.now(), later());

    isLetIn(
        TlsClient.showing(certified, below.certificate()).ask(scene.address(), REQUEST),
        "spiffe://partner/agent/x");
  }

  /** ID-24, ID-29. */
  @ParameterizedTest(name = "{0}")
  @MethodSource
  void refuses(String name, Function<TlsScene, TlsClient> shown, String reason) throws IOException {
    var answer = shown.apply(scene).ask(scene.address(), REQUEST);

    isRefused(answer, reason);
  }

  static Stream<Arguments> refuses() {
    var serverOnly = new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth);
    return Stream.of(
        hostile(
            "a CA",
            form -> {
              usage(form, KeyUsage.digitalSignature);
              form.add(Extension.basicConstraints, new BasicConstraints(true));
            },
            "authority_as_workload"),
        hostile("no keyUsage", form -> names(form, NAME), "no_key_usage"),
        hostile(
            "no digitalSignature", f -> usage(f, KeyUsage.keyAgreement), "no_digital_signature"),
        hostile("two URIs", f -> f.leaf(NAME, uri("spiffe://prod/agent/b")), "several_uris"),
        hostile("a web URI too", f -> f.leaf(NAME, uri("https://prod/a")), "several_uris"),
        hostile("the ID as DNS name", f -> f.leaf(name(GeneralName.dNSName)), "no_spiffe_id"),
        hostile("the ID as mail", f -> f.leaf(name(GeneralName.rfc822Name)), "no_spiffe_id"),
        hostile("the ID as other name", f -> f.leaf(otherName()), "no_spiffe_id"),
        hostile("an other name too", f -> f.leaf(otherName(), NAME), "misplaced_spiffe_id"),
        hostile(
            "may sign certificates",
            f -> usage(f, KeyUsage.digitalSignature | KeyUsage.keyCertSign),
            "authority_as_workload"),
        hostile("no SAN", f -> f.add(Extension.keyUsage, new KeyUsage(128)), "no_spiffe_id"),
        hostile(
            "for servers only",
            form -> {
              form.leaf(NAME);
              form.add(Extension.extendedKeyUsage, serverOnly);
            },
            "wrong_purpose"),
        arguments(
            "expired",
            shown(s -> s.prod.certify(ID, s.now().minusSeconds(60), s.now())),
            "certificate_expired"),
        arguments(
            "not yet valid",
            shown(s -> s.prod.certify(ID, s.now().plusSeconds(1), s.now().plusSeconds(60))),
            "certificate_not_yet_valid"),
        arguments(
            "by another domain's authority",
            shown(s -> s.partner.certify(ID, s.now(), s.now().plusSeconds(60))),
            "untrusted_certificate"),
        arguments(
            "by an authority of the same name",
            shown(s -> TestingAuthority.of("prod", s.now()).svid("/agent/ci")),
            "untrusted_certificate"),
        signedBy(
            "by a workload",
            s -> s.prod.intermediate("workload", TestingAuthority.newKey(), f -> f.leaf(NAME)),
            "issuer_may_not_sign"),
        signedBy(
            "by an intermediate of another domain",
            s -> s.partner.intermediate("below", TestingAuthority.newKey(), Form::authority),
            "untrusted_certificate"),
        arguments("self-signed", shown(MutualTlsTest::selfSigned), "untrusted_certificate"),
        arguments(
            "of a domain that is not known",
            shown(s -> TestingAuthority.of("stranger", s.now()).svid("/agent/ci")),
            "unknown_trust_domain"));
  }

  /** Neither proof is ignored: a certificate that does not hold spoils a token that does. */
  @Test
  void refusesAGoodTokenBesideACertificateThatNobodyStandsFor() throws IOException {
    var stranger =
        TlsClient.showing(TestingAuthority.of("stranger", scene.now()).svid("/agent/ci"));

    isRefused(
        stranger.ask(scene.address(), REQUEST, bearer(scene.gateway().svid("/agent/ci"))),
        "unknown_trust_domain");
  }

  /** ID-32. */
  @Test
  void refusesTheTokenOfAnotherBesideACertificate() throws IOException {
    var agent = scene.agent("/agent/ci");

    isRefused(
        agent.ask(scene.address(), REQUEST, bearer(scene.gateway().svid("/agent/other"))),
        "two_principals");
    isRefused(
        agent.ask(scene.address(), REQUEST, bearer(issuer.token("ci", TestingGateway.AUDIENCE))),
        "two_principals");
    isLetIn(agent.ask(scene.address(), REQUEST, bearer(scene.gateway().svid("/agent/ci"))), ID);
  }

  /** ID-33. */
  @Test
  void takesATokenThatIsBoundToACertificateWithThatCertificateOnly() throws IOException {
    var own = scene.prod.svid("/agent/ci");
    var other = scene.prod.svid("/agent/ci");
    var token = boundTo(own);

    isLetIn(
        TlsClient.showing(own).ask(scene.address(), REQUEST, bearer(token)), "oidc://corp/agent-7");
    isRefused(
        TlsClient.showing(other).ask(scene.address(), REQUEST, bearer(token)),
        "certificate_mismatch");
    isRefused(TlsClient.bare().ask(scene.address(), REQUEST, bearer(token)), "certificate_missing");
  }

  /** ID-42: only the handshake says which certificate a peer has. */
  @Test
  void overlooksWhatAHeaderSaysOfCertificates() throws IOException {
    var certificate = Base64.getEncoder().encodeToString(der(scene.prod.svid("/agent/boss")));
    var headers =
        new String[] {
          "X-Forwarded-Client-Cert: Cert=\"" + certificate + "\";URI=spiffe://prod/agent/boss",
          "Client-Cert: :" + certificate + ":",
          "X-SSL-Client-Cert: " + certificate,
          "X-User: boss"
        };

    isRefused(TlsClient.bare().ask(scene.address(), REQUEST, headers), "no_token");
    isLetIn(scene.agent("/agent/ci").ask(scene.address(), REQUEST, headers), ID);
  }

  @Test
  void takesATokenWithoutACertificateAndNamesItselfByHttps() throws IOException {
    var bare = TlsClient.bare();

    isLetIn(bare.ask(scene.address(), REQUEST, bearer(scene.gateway().svid("/agent/ci"))), ID);
    assertThat(bare.ask(scene.address(), REQUEST).header("WWW-Authenticate"))
        .startsWith("Bearer resource_metadata=\"" + scene.address() + "/.well-known/");
    assertThat(bare.ask(scene.address(), "GET /.well-known/oauth-protected-resource/mcp").body())
        .contains("\"resource\":\"" + scene.address() + "/mcp\"");
    assertThat(scene.address().getScheme()).isEqualTo("https");
  }

  private void isLetIn(Answer answer, String principal) {
    assertThat(answer.status()).isEqualTo(404);
    var record = scene.records(1).getFirst();
    assertThat(record.at("/facts/principal").asText()).isEqualTo(principal);
    assertThat(record.at("/facts/code").asText()).isEqualTo("unknown_model");
  }

  private void isRefused(Answer answer, String reason) {
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.body()).contains("\"code\":\"unauthenticated\"").doesNotContain(reason);
    var record = scene.records(1).getFirst();
    assertThat(record.path("event").asText()).isEqualTo("authentication.refused");
    assertThat(record.at("/facts/reason").asText()).isEqualTo(reason);
  }

  private Instant later() {
    return scene.now().plusSeconds(600);
  }

  private String boundTo(Certified certified) {
    var claims = new HashMap<>(issuer.claims("agent-7", TestingGateway.AUDIENCE));
    claims.put("cnf", Map.of("x5t#S256", thumbprint(certified)));
    return issuer.key().sign(issuer.header(), claims);
  }

  private static String thumbprint(Certified certified) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(der(certified));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] der(Certified certified) {
    return TestingAuthority.der(certified.certificate());
  }

  private static String bearer(String token) {
    return "Authorization: Bearer " + token;
  }

  /** A leaf of this form, signed by the authority of its domain. */
  private static Arguments hostile(String name, Consumer<Form> form, String reason) {
    return arguments(
        name,
        shown(s -> s.prod.certify(s.now().minusSeconds(60), s.now().plusSeconds(60), form)),
        reason);
  }

  private static Function<TlsScene, TlsClient> shown(Function<TlsScene, Certified> shown) {
    return scene -> TlsClient.showing(shown.apply(scene));
  }

  /** What one signs who may not, or not for this domain, shown with the signer's certificate. */
  private static Arguments signedBy(
      String name, Function<TlsScene, TestingAuthority> signer, String reason) {
    Function<TlsScene, TlsClient> shown =
        scene -> {
          var by = signer.apply(scene);
          var leaf = by.certify(ID, scene.now().minusSeconds(60), scene.now().plusSeconds(60));
          return TlsClient.showing(leaf, by.certificate());
        };
    return arguments(name, shown, reason);
  }

  private static Certified selfSigned(TlsScene scene) {
    var key = TestingAuthority.newKey();
    var self = TestingAuthority.of("prod", scene.now(), key, form -> form.leaf(NAME));
    return new Certified(self.certificate(), key.getPrivate());
  }

  private static void usage(Form form, int usage) {
    form.add(Extension.keyUsage, new KeyUsage(usage));
    names(form, NAME);
  }

  private static void names(Form form, GeneralName... names) {
    form.add(Extension.subjectAlternativeName, false, new GeneralNames(names));
  }

  private static GeneralName otherName() {
    var kind = new ASN1ObjectIdentifier("1.3.6.1.4.1.311.20.2.3");
    return new GeneralName(GeneralName.otherName, new OtherName(kind, new DERUTF8String(ID)));
  }

  private static GeneralName name(int kind) {
    return new GeneralName(kind, ID);
  }

  private static GeneralName uri(String text) {
    return new GeneralName(GeneralName.uniformResourceIdentifier, text);
  }
}
