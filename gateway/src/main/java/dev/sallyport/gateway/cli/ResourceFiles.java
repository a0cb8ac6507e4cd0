package dev.sallyport.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.document.Document;
import dev.sallyport.gateway.document.DocumentMistake;
import dev.sallyport.gateway.document.DocumentReader;
import dev.sallyport.gateway.document.InvalidDocumentsException;
import dev.sallyport.gateway.resource.ResourceDocuments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Documents of resources in files, and the way back from a mistake to its file and line. */
final class ResourceFiles {
  private static final String STANDARD_INPUT = "-";

  private final List<Document> documents = new ArrayList<>();
  private final List<DocumentMistake> mistakes = new ArrayList<>();

  /**
   * Reads files, and all YAML and JSON files below folders; {@code -} stands for standard input.
   *
   * @throws CommandFailure with every mistake, each with its file and line
   */
  static ResourceFiles read(List<Path> paths) {
    var files = new ResourceFiles();
    for (var path : paths) {
      files.add(path);
    }
    files.check();
    if (files.documents.isEmpty()) {
      throw new CommandFailure("There is no document in " + joined(paths));
    }
    return files;
  }

  /** All documents, as the control plane takes them. */
  ArrayNode body() {
    var body = JsonNodeFactory.instance.arrayNode();
    documents.forEach(document -> body.add(document.tree()));
    return body;
  }

  /**
   * What the control plane says of these documents.
   *
   * @throws CommandFailure if it says nothing; mistakes with their file and line
   */
  JsonNode asked(AdminClient client, String path, ObjectNode question) {
    var reply = client.post(path, question);
    if (!reply.ok() && reply.body().path("errors").path(0).has("kind")) {
      throw new CommandFailure(located(reply.body().path("errors")));
    }
    return reply.orFail();
  }

  /** The file and line of a place in a document; empty if it is not among these. */
  Optional<String> place(String kind, String name, String pointer) {
    return find(kind, name).map(document -> document.source() + ":" + document.line(pointer));
  }

  /** Mistakes of an answer, each with the file and line where it was made. */
  String located(JsonNode errors) {
    var lines = new ArrayList<String>();
    for (var error : errors) {
      var pointer = error.path("pointer").asText();
      var problem = error.path("detail").asText();
      var kind = error.path("kind").asText();
      var name = error.path("name").asText();
      lines.add(
          find(kind, name)
              .map(document -> document.mistake(pointer, problem).toString())
              .orElseGet(() -> kind + "/" + name + " " + pointer + ": " + problem));
    }
    return String.join("\n", lines);
  }

  private Optional<Document> find(String kind, String name) {
    return documents.stream()
        .filter(one -> one.tree().path("kind").asText().equals(kind))
        .filter(one -> one.tree().path("metadata").path("name").asText().equals(name))
        .findFirst();
  }

  private void add(Path path) {
    try {
      if (path.toString().equals(STANDARD_INPUT)) {
        var text = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        addText("standard input", Path.of("").toAbsolutePath(), text, false);
      } else if (Files.isDirectory(path)) {
        addFolder(path);
      } else {
        addFile(path);
      }
    } catch (IOException | UncheckedIOException e) {
      throw new CommandFailure(
          Files.exists(path) ? "Cannot read " + path + "." : "There is no file " + path + ".", e);
    }
  }

  private void addFolder(Path folder) throws IOException {
    try (var walk = Files.walk(folder)) {
      for (var file : walk.filter(ResourceFiles::isDocument).sorted().toList()) {
        addFile(file);
      }
    }
  }

  private static boolean isDocument(Path file) {
    var name = file.getFileName().toString();
    return Files.isRegularFile(file)
        && !name.startsWith(".")
        && (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json"));
  }

  private void addFile(Path file) throws IOException {
    var folder = Optional.ofNullable(file.toAbsolutePath().getParent());
    var text = Files.readString(file);
    addText(
        file.toString(),
        folder.orElse(file.toAbsolutePath()),
        text,
        file.toString().endsWith(".json"));
  }

  private void addText(String source, Path folder, String text, boolean json) {
    try {
      var read =
          json ? List.of(DocumentReader.json(source, text)) : DocumentReader.yaml(source, text);
      ResourceDocuments.read(read);
      read.forEach(document -> resolve(document, folder));
      documents.addAll(read);
    } catch (InvalidDocumentsException e) {
      mistakes.addAll(e.mistakes());
    }
  }

  /** Makes paths absolute: in a file they are relative to its folder, wherever the gateway runs. */
  private static void resolve(Document document, Path folder) {
    if (document.tree().path("spec") instanceof ObjectNode spec) {
      resolve(spec, "bundleFile", folder);
      resolve(spec, "jwksFile", folder);
      resolve(spec, "documentFile", folder);
      if (spec.path("bundleEndpoint") instanceof ObjectNode endpoint) {
        resolve(endpoint, "caFile", folder);
      }
      if (spec.path("valueFrom") instanceof ObjectNode from) {
        resolve(from, "file", folder);
      }
    }
  }

  private static void resolve(ObjectNode object, String field, Path folder) {
    var path = object.path(field);
    if (path.isTextual() && !path.asText().isBlank()) {
      object.put(field, folder.resolve(path.asText()).normalize().toString());
    }
  }

  private void check() {
    if (!mistakes.isEmpty()) {
      throw new CommandFailure(
          mistakes.stream().map(DocumentMistake::toString).collect(Collectors.joining("\n")));
    }
  }

  private static String joined(List<Path> paths) {
    return paths.stream().map(Path::toString).collect(Collectors.joining(", "));
  }
}
