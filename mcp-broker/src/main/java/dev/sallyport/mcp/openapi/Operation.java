package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.digest.Sha256;
import dev.sallyport.mcp.openapi.RequestBody.BytesBody;
import dev.sallyport.mcp.openapi.RequestBody.FormBody;
import dev.sallyport.mcp.openapi.RequestBody.JsonBody;
import dev.sallyport.mcp.openapi.RequestBody.None;
import dev.sallyport.mcp.openapi.RequestBody.PartsBody;
import dev.sallyport.mcp.openapi.RequestBody.TextBody;
import dev.sallyport.mcp.wire.Json;
import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * An operation that is a tool.
 *
 * @param definition of the tool, as its approval pins it; never changed
 * @param request how a call is sent
 * @param answer what a call answers, if the document says so exactly
 */
record Operation(ObjectNode definition, Form request, Optional<Answer> answer) {
  /**
   * How a call is sent.
   *
   * @param path below the base
   * @param accept the media types that the document says are answered
   */
  record Form(
      URI base,
      String method,
      String path,
      PathTemplate template,
      List<Parameter> parameters,
      RequestBody body,
      String accept) {
    Form {
      parameters = List.copyOf(parameters);
    }

    /**
     * All that makes the request what it is, in one digest: a tool whose calls would be sent in
     * another way is another tool.
     */
    String digest() {
      var tree = Json.object().put("base", base.toString()).put("method", method).put("path", path);
      var all = tree.put("accept", accept).putArray("parameters");
      parameters.stream()
          .sorted(Comparator.comparing(Parameter::argument))
          .forEach(one -> {
            var parameter =
                all.addObject()
                    .put("argument", one.argument())
                    .put("place", one.place().name())
                    .put("name", one.name())
                    .put("style", one.style().name())
                    .put("exploded", one.exploded());
            new TreeMap<>(one.fields())
                .forEach((name, how) -> parameter.withObject("/fields").put(name, how.name()));
          });
      tree.set("body", digested(body));
      return Sha256.hex(Json.canonical(tree));
    }

    private static JsonNode digested(RequestBody body) {
      var tree = Json.object().put("form", body.getClass().getSimpleName());
      switch (body) {
        case None() -> {}
        case JsonBody(var type) -> tree.put("type", type);
        case TextBody(var type) -> tree.put("type", type);
        case BytesBody(var type) -> tree.put("type", type);
        case FormBody(var fields) ->
            new TreeMap<>(fields)
                .forEach((name, how) -> tree.withObject("/f").put(name, how.name()));
        case PartsBody(var types, var files) -> {
          new TreeMap<>(types).forEach((name, type) -> tree.withObject("/f").put(name, type));
          new TreeMap<>(files)
              .forEach((name, how) -> tree.withObject("/files").put(name, how.name()));
        }
      }
      return tree;
    }
  }

  /**
   * What a call answers.
   *
   * @param wrapped whether it is put into an object as {@code result}, since it may be none
   * @param fits whether what was answered, in that object or not, fits the schema that the tool
   *     declares
   */
  record Answer(boolean wrapped, Predicate<JsonNode> fits) {}
}
