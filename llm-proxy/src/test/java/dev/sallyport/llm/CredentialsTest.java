package dev.sallyport.llm;

import static dev.sallyport.identity.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.CredentialUse;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.testing.RecordingEvidence.Begun;
import dev.sallyport.llm.kit.CannedAnswers;
import dev.sallyport.llm.testing.TestingProxy;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A provider with several credentials (R10). */
class CredentialsTest extends LlmProxyScene {
  @BeforeEach
  void addCredentials() {
    testing.vault.with("old", "sk-old").with("new", TestingProxy.SECRET);
    testing
        .addLater("Credential", "old", "{\"providers\":[\"pair\"]}")
        .addLater("Credential", "new", "{\"providers\":[\"pair\"]}")
        .add(
            "Provider",
            "pair",
            "{\"protocol\":\"openai\",\"baseUrl\":\"%s\",\"credentials\":[\"old\",\"new\"]}"
                .formatted(openAi.base()));
    testing.deployment("p-1", "pair", "pair", 0).deployment("p-2", "pair2", "pair", 0);
  }

  @Test
  void takesTheNextCredentialAtOnceWhereOneIsNotTakenAndLeavesThatAlone() {
    complete("pair");
    complete("pair2");

    assertThat(openAi.received())
        .extracting(one -> one.header("authorization"))
        .containsExactly(
            "Bearer sk-old", "Bearer " + TestingProxy.SECRET, "Bearer " + TestingProxy.SECRET);
    assertThat(testing.pauses).isEmpty();
    assertThat(facts().path("route").toString())
        .isEqualTo("[\"p-2@old:parked_credential_rejected_for_caller\",\"p-2@new:answered\"]");
    testing.clock.advance(Duration.ofMinutes(11));
    complete("pair");
    assertThat(openAi.received()).hasSize(5);
  }

  @Test
  void plansEachCredentialThatItMayUse() {
    complete("pair");
    assertThat(testing.evidence.records(Begun.class).getFirst().action().credentials())
        .extracting(CredentialUse::credential)
        .containsExactly("old", "new");
  }

  @ParameterizedTest
  @ValueSource(ints = {402, 403, 429})
  void takesTheNextCredentialWhereTheFirstMayNot(int status) {
    testing.vault.with("old", TestingProxy.SECRET);
    openAi.answers(CannedAnswers.error(false, status, "x", "y"));
    complete("pair");
    assertThat(openAi.received()).hasSize(2);
    assertThat(facts().path("deployment").asText()).isEqualTo("p-1");
  }

  /** Providers repeat what they do not take. */
  @ParameterizedTest
  @ValueSource(
      strings = {"incorrect api key", "Credit Balance is TOO low", "x insufficient credits y"})
  void noCallerCanHaveACredentialLeftAloneByItsOwnWords(String words) {
    testing.vault.with("old", TestingProxy.SECRET);
    var asked = TestingProxy.chat("pair").put("user", words);
    openAi.answers(
        CannedAnswers.error(false, 400, "invalid_request_error", "Invalid value: '" + words + "'"));

    assertRefused(
        RefusalCode.INVALID_REQUEST,
        () -> testing.proxy.complete(testing.caller(), asked, new Cancellation()));

    assertThat(openAi.received()).hasSize(1);
    complete("pair2");
    assertThat(facts().path("route").toString()).isEqualTo("[\"p-2@old:answered\"]");
  }

  @Test
  void takesTheNextCredentialWhereAProviderSaysInWordsThatTheFirstMayNot() {
    testing.vault.with("old", TestingProxy.SECRET);
    openAi.answers(
        CannedAnswers.error(
            false,
            400,
            "invalid_request_error",
            "Your credit balance is too low to access the Anthropic API."));
    complete("pair");
    assertThat(openAi.received()).hasSize(2);
    complete("pair2");
    assertThat(facts().path("route").toString())
        .isEqualTo("[\"p-2@old:parked_payment_for_caller\",\"p-2@new:answered\"]");
  }

  @Test
  void tellsThatNoCredentialIsTaken() {
    testing.vault.with("new", "sk-gone");
    assertRefused(RefusalCode.UPSTREAM_REJECTED, () -> complete("pair"));
    assertRefused(RefusalCode.UPSTREAM_REJECTED, () -> complete("pair"));
    assertThat(openAi.received()).hasSize(2);
  }

  @Test
  void goesOnWithTheCredentialThatCanBeLent() {
    testing.vault.without("old");
    complete("pair");
    assertThat(openAi.received()).hasSize(1);
  }
}
