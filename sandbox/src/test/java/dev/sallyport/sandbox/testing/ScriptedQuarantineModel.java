package dev.sallyport.sandbox.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.sandbox.quarantine.QuarantineModel;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A model that gives the answers it was told to, in order, and remembers what it was asked. */
public final class ScriptedQuarantineModel implements QuarantineModel {
  private final Deque<String> answers;
  private final List<String> contents = new CopyOnWriteArrayList<>();
  private final List<JsonNode> schemas = new CopyOnWriteArrayList<>();

  public ScriptedQuarantineModel(String... answers) {
    this.answers = new ArrayDeque<>(List.of(answers));
  }

  @Override
  public synchronized String ask(String turn, String content, String question, JsonNode schema)
      throws IOException {
    schemas.add(schema);
    return next(content);
  }

  @Override
  public synchronized String write(String turn, String content, String instruction)
      throws IOException {
    return next(content);
  }

  private String next(String content) throws IOException {
    contents.add(content);
    if (answers.isEmpty()) {
      throw new IOException("no answer left");
    }
    return answers.removeFirst();
  }

  /** The schemas of the answers that it was asked for. */
  public List<JsonNode> schemas() {
    return List.copyOf(schemas);
  }

  /** The texts that it was asked about, marked as they came. */
  public List<String> contents() {
    return List.copyOf(contents);
  }
}
