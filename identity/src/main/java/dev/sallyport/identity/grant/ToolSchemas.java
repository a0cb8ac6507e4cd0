package dev.sallyport.identity.grant;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;

/** What is known of the arguments of tools. Thread-safe, and never blocks. */
@FunctionalInterface
public interface ToolSchemas {
  /** Where nothing is known. */
  ToolSchemas NONE = _ -> Optional.empty();

  /**
   * The schema of the arguments of each tool of a server, by the tool's own name. One whose
   * definition nobody has approved yet is there with a schema that says nothing.
   *
   * @return empty if the server is not known, or has not said yet what it has
   */
  Optional<Map<String, JsonNode>> tools(String server);
}
