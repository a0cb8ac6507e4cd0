package dev.sallyport.mcp.registry;

import dev.sallyport.identity.audit.SecretShapes;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Finds what is likely a secret where the resource of a server shows it to all who may read it. */
final class OpenSecrets {
  /**
   * Names of secrets in settings, beside those of {@link SecretShapes}. In arguments of tools they
   * are too usual for other things: pages and sorted lists have tokens and keys.
   */
  private static final Pattern NAME =
      Pattern.compile("(?i)(token|[-_]key|apikey|secret|password)$");

  /** Names of what says where something is, and is none itself. */
  private static final Pattern PLACE = Pattern.compile("(?i)[-_](file|path|url|domain|dir)$");

  /** What is given by name within a text: a flag, a variable, or a parameter of a query. */
  private static final Pattern GIVEN = Pattern.compile("(?:^-{0,2}|[?&])([\\w.-]+)=([^&#]*)");

  /** From how many characters on a value that is named so could be one. */
  private static final int LEAST_NAMED = 8;

  private OpenSecrets() {}

  /** The places, and what to do; never the secret. */
  static Stream<Mistake> of(Resource server) {
    var spec = server.spec();
    var url =
        Stream.of("url", "baseUrl")
            .filter(field -> isIn(spec.path(field).asText()))
            .map(field -> found(server, "/spec/" + field, "send it as a header by `credential`"));
    var command =
        IntStream.range(0, spec.path("command").size())
            .filter(i -> isIn(spec.path("command").path(i).asText()))
            .mapToObj(i -> found(server, "/spec/command/" + i, "lend it as a variable by `env`"));
    var environment =
        spec.path("env").properties().stream()
            .filter(variable -> {
              var value = variable.getValue().path("value").asText();
              return isNamed(variable.getKey(), value) || isIn(value);
            })
            .map(variable ->
                found(
                    server,
                    "/spec/env/" + variable.getKey() + "/value",
                    "name that as `credential` in place of `value`"));
    return Stream.of(url, command, environment).flatMap(found -> found);
  }

  private static boolean isIn(String text) {
    return SecretShapes.isIn(text)
        || GIVEN.matcher(text).results().anyMatch(given -> isNamed(given.group(1), given.group(2)));
  }

  private static boolean isNamed(String name, String value) {
    return value.length() >= LEAST_NAMED
        && !value.startsWith("/")
        && !PLACE.matcher(name).find()
        && (NAME.matcher(name).find() || SecretShapes.namesSecret(name));
  }

  private static Mistake found(Resource server, String pointer, String mend) {
    return new Mistake(
        server.key(),
        pointer,
        "looks like a secret, which all who may read this resource are shown: put it into a"
            + " Credential, and "
            + mend);
  }
}
