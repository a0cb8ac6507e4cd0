package dev.sallyport.vault.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.vault.Destination;
import dev.sallyport.vault.Injection;
import dev.sallyport.vault.egress.EgressRequest;
import dev.sallyport.vault.google.ServiceAccount;
import dev.sallyport.vault.testing.TestingTokenEndpoint;
import dev.sallyport.vault.testing.TestingUpstream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets that are not sent themselves: they sign, or are exchanged for what is sent. */
class ExchangedSecretsTest extends OpenVault {
  private static final Destination CLOUD = new Destination.Provider("cloud");
  private static final Injection AWS = new Injection.SigV4("eu-central-1", "bedrock");
  private static final Injection GOOGLE =
      new Injection.GoogleToken("https://www.googleapis.com/auth/cloud-platform");
  private static final String KEY_ID = "AKIAIOSFODNN7EXAMPLE";
  private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  private static final String SESSION = "FwoGZXIvYXdzEBYaDKpPBA3uQ9xExample";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\\\"accessKeyId\\\":\\\""
            + KEY_ID
            + "\\\",\\n\\\"secretAccessKey\\\":\\\""
            + SECRET
            + "\\\",\\\"sessionToken\\\":\\\""
            + SESSION
            + "\\\"}\\n",
        KEY_ID + " " + SECRET + " " + SESSION
      })
  void signsForAwsAndTakesEveryPartOfTheKeysOutOfAnswers(String value) throws Exception {
    inForce("aws", "{'kind':'secret','value':'" + value + "','providers':['cloud']}");
    try (var upstream =
        TestingUpstream.answering(request ->
            TestingUpstream.json(
                request.head() + SECRET + " " + SESSION + " " + KEY_ID + request.body()))) {
      var said = sent(upstream, "aws", AWS);

      assertThat(upstream.lastRequest().header("authorization").orElseThrow())
          .startsWith(
              "AWS4-HMAC-SHA256 Credential="
                  + KEY_ID
                  + "/20261121/eu-central-1/bedrock/aws4_request, "
                  + "SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=");
      assertThat(upstream.lastRequest().header("x-amz-date")).contains("20261121T100000Z");
      assertThat(upstream.lastRequest().raw()).doesNotContain(SECRET);
      assertThat(said)
          .contains("[REDACTED:aws] [REDACTED:aws] [REDACTED:aws]")
          .doesNotContain(SECRET)
          .doesNotContain(SESSION)
          .doesNotContain(KEY_ID);
    }
  }

  @Test
  void lendsNothingToSignWithOnceTheLoanIsClosed() throws Exception {
    inForce(
        "aws", "{'kind':'secret','value':'" + KEY_ID + " " + SECRET + "','providers':['cloud']}");
    var use = vault.plan("aws", CLOUD);
    var lent = permitted(List.of(use), permit -> vault.lend(permit, use, AWS));
    var request = EgressRequest.get(uri("https://a.example/"), List.of(), Duration.ofSeconds(1), 1);

    assertThat(lent.headers()).isEmpty();
    assertThat(lent.headers(request)).containsKey("Authorization");
    lent.close();
    assertThat(lent.headers(request)).isEmpty();
    assertThat(lent.toString()).doesNotContain(SECRET);
  }

  @Test
  void sendsABearerKeyAsItIsToEitherCloud() throws Exception {
    inForce("bearer", "{'kind':'secret','value':'" + CANARY + "','providers':['cloud']}");
    try (var upstream = TestingUpstream.answering(request -> TestingUpstream.json(request.raw()))) {
      for (var form : List.of(AWS, GOOGLE)) {
        assertThat(sent(upstream, "bearer", form)).doesNotContain(CANARY);
        assertThat(upstream.lastRequest().header("authorization")).contains("Bearer " + CANARY);
      }
    }
  }

  @Test
  void exchangesAServiceAccountsKeyFromAFileAndTakesTokenAndKeyOutOfAnswers() throws Exception {
    try (var endpoint = new TestingTokenEndpoint()) {
      var file = Files.writeString(directory.resolve("account.json"), endpoint.account());
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      inForce(
          "google", "{'kind':'secret','valueFrom':{'file':'" + file + "'},'providers':['cloud']}");
      exchanges(endpoint);
    }
  }

  @Test
  void sealsAServiceAccountsKeyThoughItHasLineEnds() throws Exception {
    try (var endpoint = new TestingTokenEndpoint()) {
      var spec = "{'kind':'secret','providers':['cloud']}";
      var resource = credential("google", spec);
      resource.spec().put("value", endpoint.account());
      var stored = absorb(resource, Optional.empty());
      resources.prepare(new ResourceSet(List.of(stored))).activate();
      exchanges(endpoint);
    }
  }

  private void exchanges(TestingTokenEndpoint endpoint) throws Exception {
    var pem = new JsonMapper().readTree(endpoint.account()).path("private_key").textValue();
    var digits = ServiceAccount.read(endpoint.account()).orElseThrow().keyDigits();
    try (var upstream =
        TestingUpstream.answering(request ->
            TestingUpstream.answer(
                200, "text/plain", request.head() + "\n" + endpoint.account() + pem + digits))) {
      var said = sent(upstream, "google", GOOGLE);
      sent(upstream, "google", GOOGLE);

      assertThat(upstream.lastRequest().header("authorization"))
          .contains("Bearer ya29.token-number-1........");
      assertThat(endpoint.asked()).isEqualTo(1);
      assertThat(said)
          .contains("Bearer [REDACTED:google]")
          .doesNotContain("token-number")
          .doesNotContain(digits.substring(100, 132))
          .doesNotContain(digits.substring(digits.length() - 40));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\\\"accessKeyId\\\":1}", "{\\\"type\\\":\\\"service_account\\\"}"})
  void lendsNothingFromAnObjectThatHoldsNoKeysAndTellsAdministratorsWhy(String value)
      throws Exception {
    inForce("none", "{'kind':'secret','value':'" + value + "','providers':['cloud']}");
    var use = vault.plan("none", CLOUD);

    for (var form : List.of(AWS, GOOGLE)) {
      assertThatThrownBy(() -> permitted(List.of(use), permit -> vault.lend(permit, use, form)))
          .isInstanceOfSatisfying(
              Refusal.class,
              refusal ->
                  assertThat(refusal.trouble().orElseThrow()).startsWith("credential none: "));
    }
  }

  private String sent(TestingUpstream upstream, String credential, Injection form) {
    var use = vault.plan(credential, CLOUD);
    return permitted(
        List.of(use),
        permit -> {
          var request =
              EgressRequest.post(
                  upstream.uri("/x"), List.of(), new byte[1], Duration.ofSeconds(5), 1 << 20);
          try (var lent = vault.lend(permit, use, form);
              var response = egress.send(request, lent)) {
            return new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  private static URI uri(String text) {
    return URI.create(text);
  }
}
