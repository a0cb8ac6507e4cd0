package dev.sallyport.identity.audit;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.identity.Delegation;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.SignIn;
import dev.sallyport.identity.action.TokenDemand;
import java.io.IOException;
import java.util.Set;

/** Writes who acts, by which proof, and what that proof had to hold. */
final class PrincipalRecord {
  /** The most scopes that are written. */
  static final int MAX_SCOPES = 64;

  private PrincipalRecord() {}

  static void write(JsonGenerator json, Principal principal) throws IOException {
    json.writeStringField("principal", principal.id().value());
    json.writeStringField("method", principal.method().label());
    if (principal.delegation().isPresent()) {
      delegation(json, principal.delegation().get());
    }
    scopes(json, principal.scopes());
    signIn(json, principal.signIn());
  }

  /** On whose behalf the principal acts, and who acted before it. */
  private static void delegation(JsonGenerator json, Delegation delegation) throws IOException {
    json.writeStringField("on_behalf_of", delegation.user().value());
    RecordEncoder.text(json, "user_authority", delegation.authority());
    json.writeArrayFieldStart("chain");
    for (var before : delegation.chain()) {
      json.writeString(before.value());
    }
    json.writeEndArray();
  }

  /** What the token was given for, which a condition may want to know. */
  private static void scopes(JsonGenerator json, Set<String> scopes) throws IOException {
    if (scopes.isEmpty()) {
      return;
    }
    json.writeArrayFieldStart("scopes");
    for (var scope : scopes.stream().sorted().limit(MAX_SCOPES).toList()) {
      json.writeString(scope.substring(0, Math.min(scope.length(), RecordEncoder.MAX_TEXT)));
    }
    json.writeEndArray();
  }

  /** How the user of the token signed in, which a binding may want to know. */
  private static void signIn(JsonGenerator json, SignIn signIn) throws IOException {
    if (signIn.acr().isPresent()) {
      RecordEncoder.text(json, "acr", signIn.acr().get());
    }
    if (signIn.at().isPresent()) {
      json.writeStringField("signed_in_at", signIn.at().get().toString());
    }
  }

  /** What an access token had to hold. */
  static void write(JsonGenerator json, TokenDemand demand) throws IOException {
    if (demand.isNone()) {
      return;
    }
    json.writeObjectFieldStart("demanded");
    scopes(json, demand.scopes());
    if (!demand.acrs().isEmpty()) {
      json.writeArrayFieldStart("acr");
      for (var acr : demand.acrs()) {
        json.writeString(acr);
      }
      json.writeEndArray();
    }
    if (demand.maxAge().isPresent()) {
      json.writeNumberField("max_age", demand.maxAge().get().toSeconds());
    }
    json.writeEndObject();
  }
}
