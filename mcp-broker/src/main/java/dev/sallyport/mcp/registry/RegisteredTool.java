package dev.sallyport.mcp.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.registry.Shelf.Kept;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.sandbox.contract.QuarantineMode;
import dev.sallyport.sandbox.contract.ResultRules;
import dev.sallyport.sandbox.contract.ToolContract;
import dev.sallyport.sandbox.quarantine.Intake;
import dev.sallyport.sandbox.quarantine.Vocabulary;
import java.util.Optional;

/**
 * An approved tool. Its trees are never changed; they and the schema are made when they are wanted.
 * Thread-safe.
 */
public final class RegisteredTool implements RegisteredItem {
  private final McpServer server;
  private final String name;
  private final String exposedName;
  private final String pin;
  private final Kept<Shown> shown;
  private final Kept<InputSchema> inputSchema;

  /** What is read of a definition to show it. */
  private record Shown(ObjectNode definition, ObjectNode exposed, Intake intake) {}

  RegisteredTool(McpServer server, String name, String pin, byte[] definition, Shelves shelves) {
    this.server = server;
    this.name = name;
    this.exposedName = ExposedName.of(server.name(), name);
    this.pin = pin;
    this.shown = shelves.definitions().of(() -> read(definition));
    this.inputSchema =
        shelves
            .schemas()
            .of(() -> InputSchema.compile(Approved.parsed(definition).path("inputSchema")));
  }

  private Shown read(byte[] json) {
    var definition = Approved.parsed(json);
    var vocabulary =
        definition.has("outputSchema")
            ? Vocabulary.ofSchema(definition.get("outputSchema"))
            : Vocabulary.NONE;
    var source = server.name() + "/" + name;
    var intake = new Intake(source, vocabulary, mode(), rules(definition));
    boolean projected = mode() != QuarantineMode.TRUSTED; // what agents get has another form
    if (projected || !Shape.isOfObjects(definition.path("outputSchema"))) {
      definition.remove("outputSchema");
    }
    return new Shown(definition, under(exposedName, definition), intake);
  }

  /** What is agreed of its results: by its contract and, in typed mode, before that its schema. */
  private ResultRules rules(ObjectNode definition) {
    var agreed = contract().map(ToolContract::results).orElse(ResultRules.NONE);
    return mode() == QuarantineMode.TYPED && definition.has("outputSchema")
        ? agreed.over(ResultRules.ofSchema(definition.get("outputSchema")))
        : agreed;
  }

  /** What an administrator agreed of it. */
  public Optional<ToolContract> contract() {
    return Optional.ofNullable(server.settings().contracts().get(name));
  }

  /** How what it gives reaches agents. */
  public QuarantineMode mode() {
    return contract().flatMap(ToolContract::mode).orElse(server.settings().quarantine());
  }

  /** What is known of its results before anybody looks at them, in its {@link #mode}. */
  public Intake intake() {
    return shown.get().intake();
  }

  @Override
  public McpServer server() {
    return server;
  }

  @Override
  public ItemKey key() {
    return ItemKey.tool(name);
  }

  public String name() {
    return name;
  }

  /** Its name where tools of all servers are shown together. */
  public String exposedName() {
    return exposedName;
  }

  @Override
  public String pin() {
    return pin;
  }

  @Override
  public ObjectNode definition() {
    return shown.get().definition();
  }

  /** The definition under its exposed name. */
  public ObjectNode exposedDefinition() {
    return shown.get().exposed();
  }

  /** The schema of its arguments. */
  public InputSchema inputSchema() {
    return inputSchema.get();
  }

  @Override
  public String toString() {
    return exposedName + "@" + pin;
  }

  /** A definition under another name; the rest of it is shared. */
  static ObjectNode under(String name, ObjectNode definition) {
    var renamed = Json.object();
    renamed.setAll(definition);
    return renamed.put("name", name);
  }
}
