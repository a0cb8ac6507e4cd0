package dev.sallyport.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say of which call policies are asked. For one thread. */
final class Inquest {
  /** Keeps decimals as they are written: a condition fails on one that CEL cannot hold exactly. */
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  @Option(
      names = "--as",
      paramLabel = "PRINCIPAL",
      description = "Who would call: spiffe://DOMAIN/PATH or oidc://ISSUER/SUBJECT.")
  private @Nullable String as;

  @Option(
      names = "--user",
      paramLabel = "PRINCIPAL",
      description = "On whose behalf: oidc://ISSUER/SUBJECT.")
  private @Nullable String user;

  @Option(names = "--scope", paramLabel = "SCOPE", description = "A scope of its token.")
  private List<String> scopes = List.of();

  @Option(names = "--acr", paramLabel = "CLASS", description = "How its user signed in.")
  private @Nullable String acr;

  @Option(
      names = "--signed-in-at",
      paramLabel = "TIME",
      description = "When its user did, such as 2026-11-22T10:00:00Z.")
  private @Nullable String signedInAt;

  @Option(
      names = "--tool",
      paramLabel = "SERVER/TOOL",
      description = "The tool, or its name in lists: SERVER__TOOL.")
  private @Nullable String tool;

  @Option(names = "--prompt", paramLabel = "SERVER/PROMPT", description = "Or the prompt.")
  private @Nullable String prompt;

  @Option(names = "--resource", paramLabel = "URI", description = "Or what would be read.")
  private @Nullable String resource;

  @Option(names = "--template", paramLabel = "TEMPLATE", description = "Or a template of URIs.")
  private @Nullable String template;

  @Option(names = "--model", paramLabel = "ALIAS", description = "Or the model.")
  private @Nullable String model;

  @Option(names = "--server", paramLabel = "NAME", description = "Whose the URI is.")
  private @Nullable String server;

  @Option(names = "--args", paramLabel = "JSON", description = "The arguments of the call.")
  private @Nullable String args;

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description = "When, such as 2026-11-22T10:00:00Z. By default now.")
  private @Nullable String at;

  @Option(
      names = "--label",
      paramLabel = "LABEL",
      description = "On whose word the turn stands: USER, ORG, PARTNER or PUBLIC.")
  private @Nullable String label;

  @Option(names = "--source", paramLabel = "IP", description = "The address it comes from.")
  private @Nullable String source;

  @Option(names = "--calls", paramLabel = "N", description = "How many calls the turn has made.")
  private @Nullable Integer calls;

  /** Whether anything is asked of policies. */
  boolean isAsked() {
    return as != null;
  }

  /** The question, as the control plane takes it. */
  ObjectNode question(Optional<ResourceFiles> candidates) {
    var question = JsonNodeFactory.instance.objectNode();
    put(question, "as", as);
    put(question, "user", user);
    if (!scopes.isEmpty()) {
      scopes.forEach(question.putArray("scopes")::add);
    }
    put(question, "acr", acr);
    put(question, "signedInAt", signedInAt);
    put(question, "tool", tool);
    put(question, "prompt", prompt);
    put(question, "resource", resource);
    put(question, "template", template);
    put(question, "model", model);
    put(question, "server", server);
    if (args != null) {
      question.set("args", arguments(args));
    }
    put(question, "at", at);
    put(question, "label", label);
    put(question, "source", source);
    if (calls != null) {
      question.put("calls", calls);
    }
    candidates.ifPresent(files -> question.set("resources", files.body()));
    return question;
  }

  private static void put(ObjectNode question, String field, @Nullable String value) {
    if (value != null) {
      question.put(field, value);
    }
  }

  private static ObjectNode arguments(String json) {
    try {
      if (MAPPER.readTree(json) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException _) {
      // Said below, without the parser's words for it.
    }
    throw new CommandFailure("--args is an object of JSON, such as '{\"limit\": 5}'.");
  }
}
