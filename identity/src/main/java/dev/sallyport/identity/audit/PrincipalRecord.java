package dev.sallyport.identity.audit;

import dev.sallyport.identity.Delegation;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.SignIn;
import dev.sallyport.identity.action.TokenDemand;
import java.util.Set;

/** Writes who acts, by which proof, and what that proof had to hold. */
final class PrincipalRecord {
  /** The most scopes that are written. */
  static final int MAX_SCOPES = 64;

  private PrincipalRecord() {}

  static void write(AsciiJson json, Principal principal) {
    json.field("principal", principal.id().value());
    json.word("method", principal.method().label());
    if (principal.delegation().isPresent()) {
      delegation(json, principal.delegation().get());
    }
    scopes(json, principal.scopes());
    signIn(json, principal.signIn());
  }

  /** On whose behalf the principal acts, and who acted before it. */
  private static void delegation(AsciiJson json, Delegation delegation) {
    json.field("on_behalf_of", delegation.user().value());
    RecordEncoder.text(json, "user_authority", delegation.authority());
    json.beginArray("chain");
    for (var before : delegation.chain()) {
      json.value(before.value());
    }
    json.endArray();
  }

  /** What the token was given for, which a condition may want to know. */
  private static void scopes(AsciiJson json, Set<String> scopes) {
    if (scopes.isEmpty()) {
      return;
    }
    json.beginArray("scopes");
    for (var scope : scopes.stream().sorted().limit(MAX_SCOPES).toList()) {
      json.value(scope.substring(0, Math.min(scope.length(), RecordEncoder.MAX_TEXT)));
    }
    json.endArray();
  }

  /** How the user of the token signed in, which a binding may want to know. */
  private static void signIn(AsciiJson json, SignIn signIn) {
    if (signIn.acr().isPresent()) {
      RecordEncoder.text(json, "acr", signIn.acr().get());
    }
    if (signIn.at().isPresent()) {
      json.field("signed_in_at", signIn.at().get().toString());
    }
  }

  /** What an access token had to hold. */
  static void write(AsciiJson json, TokenDemand demand) {
    if (demand.isNone()) {
      return;
    }
    json.beginObject("demanded");
    scopes(json, demand.scopes());
    if (!demand.acrs().isEmpty()) {
      json.beginArray("acr");
      for (var acr : demand.acrs()) {
        json.value(acr);
      }
      json.endArray();
    }
    if (demand.maxAge().isPresent()) {
      json.field("max_age", demand.maxAge().get().toSeconds());
    }
    json.endObject();
  }
}
