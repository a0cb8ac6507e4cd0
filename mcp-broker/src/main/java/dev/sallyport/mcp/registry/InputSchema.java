package dev.sallyport.mcp.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.NonValidationKeyword;
import com.networknt.schema.path.PathType;
import dev.sallyport.mcp.wire.Json;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The schema of a tool's arguments, compiled once. Nothing is fetched for it, and a pattern in it
 * can cost no more than a bounded time. Thread-safe.
 */
public final class InputSchema {
  private static final SchemaRegistryConfig CONFIG =
      SchemaRegistryConfig.builder()
          .failFast(true)
          .pathType(PathType.JSON_POINTER)
          .regularExpressionFactory(BoundedPattern::of)
          .build();

  /** Takes words that it does not know without a word of its own: a server may write any. */
  private static final Dialect DIALECT =
      Dialect.builder(Dialects.getDraft202012())
          .unknownKeywordFactory((name, _) -> new NonValidationKeyword(name))
          .build();

  private final Schema schema;

  private InputSchema(Schema schema) {
    this.schema = schema;
  }

  /**
   * Compiles a schema.
   *
   * @throws IllegalArgumentException if it is none that can be used, such as one that points
   *     elsewhere
   */
  static InputSchema compile(JsonNode json) {
    try {
      var registry =
          SchemaRegistry.withDefaultDialect(
              DIALECT,
              builder ->
                  builder
                      .schemaRegistryConfig(CONFIG)
                      .schemaLoader(loader -> loader.fetchRemoteResources(false)));
      var schema = registry.getSchema(json);
      schema.initializeValidators();
      schema.validate(Json.object());
      return new InputSchema(schema);
    } catch (RuntimeException | StackOverflowError e) {
      throw new IllegalArgumentException("not a schema that can be used", e);
    }
  }

  /** Tells what fits a schema; empty if it is none that can be used. */
  static Optional<Predicate<JsonNode>> compiled(JsonNode json) {
    try {
      var compiled = compile(json);
      return Optional.of(value -> compiled.misfit(value).isEmpty());
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /**
   * Where the first thing stands that does not fit, as a JSON pointer; empty if all fits. Arguments
   * that cannot be checked, such as by a schema that goes round for ever, do not fit as a whole.
   */
  public Optional<String> misfit(JsonNode arguments) {
    try {
      return schema.validate(arguments).stream().findFirst().map(InputSchema::pointer);
    } catch (RuntimeException | StackOverflowError _) {
      return Optional.of("");
    }
  }

  private static String pointer(Error error) {
    var at = error.getInstanceLocation().toString();
    var property = error.getProperty();
    return property == null ? at : at + "/" + property.replace("~", "~0").replace("/", "~1");
  }
}
