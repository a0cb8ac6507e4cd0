package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.function.Predicate;

/** Makes a check of a schema. */
@FunctionalInterface
public interface SchemaCompiler {
  /** Tells whether a value fits the schema; empty if the schema is none that can be used. */
  Optional<Predicate<JsonNode>> compile(ObjectNode schema);
}
