package dev.sallyport.llm.kit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a request asks for, whatever the protocol.
 *
 * @param model the provider's name of the model
 * @param stream whether the answer is to come in pieces
 * @param usage whether a streamed answer is to say what it took
 * @param tools those that may be called; none if they may not
 * @param forced whether one of them has to be
 * @param results how many results of tools it brings, all in all
 * @param text the last text of the user
 * @param images how many images it brings
 * @param schema what the answer must satisfy
 * @param limit the most tokens to write
 * @param hidden whether thoughts are to come encrypted
 */
record Asked(
    String model,
    boolean stream,
    boolean usage,
    List<Tool> tools,
    boolean forced,
    int results,
    String text,
    int images,
    Optional<JsonNode> schema,
    OptionalLong limit,
    boolean hidden) {
  Asked {
    tools = List.copyOf(tools);
  }

  /**
   * A tool that may be called.
   *
   * @param schema of its arguments
   */
  record Tool(String name, JsonNode schema) {}
}
