package dev.sallyport.gateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.gateway.document.Document;
import dev.sallyport.gateway.document.DocumentReader;
import dev.sallyport.gateway.document.InvalidDocumentsException;
import dev.sallyport.gateway.document.Nearest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;

/** Gathers what file, environment and flags say, the later over the earlier. */
final class ConfigSources {
  /** Variables that begin like ours and are read by others: the start script and the commands. */
  private static final Set<String> READ_BY_OTHERS =
      Set.of(
          "SALLYPORT_JAVA_HOME",
          "SALLYPORT_JAVA_OPTS",
          "SALLYPORT_CONFIG",
          "SALLYPORT_ADMIN_URL",
          "SALLYPORT_ADMIN_TOKEN_FILE");

  private final Map<ConfigKey, Setting> settings = new EnumMap<>(ConfigKey.class);
  private final List<ConfigMistake> mistakes = new ArrayList<>();

  Map<ConfigKey, Setting> settings() {
    return settings;
  }

  List<ConfigMistake> mistakes() {
    return mistakes;
  }

  void readFile(Path file) {
    try {
      for (var document : DocumentReader.yaml(file.toString(), Files.readString(file))) {
        if (document.tree().isObject()) {
          readTree(document, "", "", document.tree());
        } else {
          mistakes.add(new ConfigMistake(file + ":1", "the file", "", "must hold keys and values"));
        }
      }
    } catch (IOException _) {
      var why = Files.exists(file) ? "cannot be read" : "is not there";
      mistakes.add(new ConfigMistake("--config", file.toString(), "", why));
    } catch (InvalidDocumentsException e) {
      for (var mistake : e.mistakes()) {
        var place = mistake.source() + ":" + mistake.line();
        mistakes.add(new ConfigMistake(place, "the file", "", mistake.problem()));
      }
    }
  }

  private void readTree(Document document, String prefix, String pointer, JsonNode tree) {
    for (var field : tree.properties()) {
      var key = prefix + field.getKey();
      var at = pointer + "/" + field.getKey().replace("~", "~0").replace("/", "~1");
      if (field.getValue().isObject()) {
        readTree(document, key + ".", at, field.getValue());
      } else {
        set(key, field.getValue(), document.source() + ":" + document.line(at));
      }
    }
  }

  private void set(String key, JsonNode value, String source) {
    var known = ConfigKey.named(key);
    if (known.isEmpty()) {
      unknown(source, key, Nearest.hint(key, ConfigKey.keys()));
      return;
    }
    if (settings.put(known.get(), setting(value, source)) != null) {
      mistakes.add(new ConfigMistake(source, key, "", "is given twice"));
    }
  }

  private static Setting setting(JsonNode value, String source) {
    return value.isArray()
        ? Setting.ofList(
            StreamSupport.stream(value.spliterator(), false).map(JsonNode::asText).toList(), source)
        : Setting.ofText(value.isNull() ? "" : value.asText(), source);
  }

  void readEnvironment(Environment environment) {
    environment.variables().entrySet().stream()
        .filter(variable -> variable.getKey().startsWith(ConfigKey.PREFIX))
        .filter(variable -> !READ_BY_OTHERS.contains(variable.getKey()))
        .sorted(Map.Entry.comparingByKey())
        .forEach(variable -> readVariable(variable.getKey(), variable.getValue()));
  }

  private void readVariable(String variable, String value) {
    ConfigKey.ofVariable(variable)
        .ifPresentOrElse(
            key -> settings.put(key, Setting.ofText(value, variable)),
            () -> unknown("environment", variable, nearVariable(variable)));
  }

  void readFlags(Map<ConfigKey, String> flags) {
    flags.forEach((key, value) -> settings.put(key, Setting.ofText(value, key.flag())));
  }

  /** What all begin with makes none of them nearer. */
  private static String nearVariable(String variable) {
    return Nearest.hint(variable.substring(ConfigKey.PREFIX.length()), ConfigKey.variables());
  }

  private void unknown(String source, String key, String hint) {
    mistakes.add(new ConfigMistake(source, key, "", "is not a key" + hint));
  }
}
