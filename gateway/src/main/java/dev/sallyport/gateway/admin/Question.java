package dev.sallyport.gateway.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.document.Document;
import dev.sallyport.gateway.document.InvalidDocumentsException;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Confirmation;
import dev.sallyport.identity.Delegation;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.SignIn;
import dev.sallyport.identity.action.Circumstances;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What an administrator asks of the policies: what they would say of a call.
 *
 * @param kind what is called: {@code tool}, {@code prompt}, {@code resource}, {@code template} or
 *     {@code model}
 * @param name what it is called by
 * @param server of what can be read, the server that has it, if it is named
 * @param candidates documents as they would be put in force before
 */
record Question(
    Principal principal,
    String kind,
    String name,
    Optional<String> server,
    ObjectNode arguments,
    Circumstances circumstances,
    List<Document> candidates) {
  private static final List<String> KINDS =
      List.of("tool", "prompt", "resource", "template", "model");
  private static final Set<String> LABELS = Set.of("USER", "ORG", "PARTNER", "PUBLIC");
  private static final Set<String> FIELDS =
      Set.of(
          "as",
          "method",
          "scopes",
          "acr",
          "signedInAt",
          "user",
          "tool",
          "prompt",
          "resource",
          "template",
          "model",
          "server",
          "args",
          "at",
          "label",
          "source",
          "calls",
          "resources");
  private static final String AUTHORITY = "explain";

  Question {
    candidates = List.copyOf(candidates);
  }

  /**
   * Reads one.
   *
   * @param now the time for which it is asked if it names none
   */
  static Question read(Document document, Instant now) throws InvalidDocumentsException {
    var form = new FormReader(document, FIELDS);
    var as = form.text("as");
    var user = form.optional("user");
    var method = form.optional("method").orElseGet(() -> usual(as, user).label());
    var scopes = form.texts("scopes").orElse(List.of());
    var signIn =
        new SignIn(form.optional("acr"), form.optional("signedInAt").map(Question::moment));
    var named = KINDS.stream().filter(document.tree()::has).toList();
    var name = named.size() == 1 ? form.text(named.getFirst()) : "";
    var server = form.optional("server");
    var at = form.optional("at");
    var label = form.optional("label").orElse("USER");
    var source = form.optional("source");
    form.check();
    if (named.size() != 1) {
      throw malformed("Name what is called by one of tool, prompt, resource, template and model.");
    }
    return new Question(
        principal(as, method, scopes, user).signedIn(signIn),
        named.getFirst(),
        name,
        server,
        arguments(document.tree().path("args")),
        new Circumstances(
            at.map(Question::moment).orElse(now),
            source,
            label(label),
            calls(document.tree().path("calls"))),
        documents(document.tree().path("resources")));
  }

  /** The documents of a field, each of which is a resource. */
  static List<Document> documents(JsonNode field) {
    if (!field.isMissingNode() && !field.isArray()) {
      throw malformed("resources is a list of resources.");
    }
    return field.valueStream().map(tree -> new Document(Asked.SOURCE, tree, Map.of())).toList();
  }

  /** A moment as RFC 3339 writes it. */
  static Instant moment(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException _) {
      throw malformed("A time is written as 2026-11-22T10:00:00Z.");
    }
  }

  /** A principal by its name. */
  static PrincipalId id(String text) {
    try {
      return new PrincipalId(text);
    } catch (IllegalArgumentException e) {
      throw malformed(e.getMessage() + ".");
    }
  }

  /** How a principal proves itself that is a subject of an issuer, or acts for one: by a token. */
  private static AuthenticationMethod usual(String as, Optional<String> user) {
    return user.isPresent() || as.startsWith("oidc://")
        ? AuthenticationMethod.ACCESS_TOKEN
        : AuthenticationMethod.JWT_SVID;
  }

  private static Principal principal(
      String as, String method, List<String> scopes, Optional<String> user) {
    var proof =
        Stream.of(AuthenticationMethod.values())
            .filter(one -> one.label().equals(method))
            .findFirst()
            .orElseThrow(() -> malformed("There is no method " + method + "."));
    return new Principal(
        id(as),
        proof,
        AUTHORITY,
        Instant.MAX,
        Confirmation.NONE,
        Set.copyOf(scopes),
        user.map(one -> new Delegation(id(one), AUTHORITY, List.of())));
  }

  private static ObjectNode arguments(JsonNode args) {
    if (args.isMissingNode()) {
      return Json.object();
    }
    if (args instanceof ObjectNode object) {
      return object;
    }
    throw malformed("args is an object.");
  }

  private static String label(String label) {
    if (LABELS.contains(label)) {
      return label;
    }
    throw malformed("label is USER, ORG, PARTNER or PUBLIC.");
  }

  private static long calls(JsonNode calls) {
    if (calls.isMissingNode()) {
      return 0;
    }
    if (calls.isIntegralNumber() && calls.canConvertToLong() && calls.asLong() >= 0) {
      return calls.asLong();
    }
    throw malformed("calls is a number from 0.");
  }

  static Refusal malformed(String advice) {
    return new Refusal(RefusalCode.MALFORMED_REQUEST, advice);
  }
}
