package dev.sallyport.mcp.registry;

import dev.sallyport.identity.audit.SecretShapes;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Finds what is likely a secret where the resource of a server shows it to all who may read it. */
final class OpenSecrets {
  private OpenSecrets() {}

  /** The places, and what to do; never the secret. */
  static Stream<Mistake> of(Resource server) {
    var spec = server.spec();
    var url =
        Stream.of("url", "baseUrl")
            .filter(field -> SecretShapes.looksLike("", spec.path(field).asText()))
            .map(field -> found(server, "/spec/" + field, "send it as a header by `credential`"));
    var command =
        IntStream.range(0, spec.path("command").size())
            .filter(i -> SecretShapes.looksLike("", spec.path("command").path(i).asText()))
            .mapToObj(i -> found(server, "/spec/command/" + i, "lend it as a variable by `env`"));
    var environment =
        spec.path("env").properties().stream()
            .filter(variable ->
                SecretShapes.looksLike(
                    variable.getKey(), variable.getValue().path("value").asText()))
            .map(variable ->
                found(
                    server,
                    "/spec/env/" + variable.getKey() + "/value",
                    "name that as `credential` in place of `value`"));
    return Stream.of(url, command, environment).flatMap(found -> found);
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
