package dev.sallyport.sandbox.contract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.sandbox.label.Authority;
import dev.sallyport.sandbox.label.Label;
import dev.sallyport.sandbox.label.Readers;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is agreed of the results of a tool.
 *
 * @param fields the rule of each field that has one
 * @param authority what may be done on the word of a result
 * @param authorityWhen which items have another; the first that holds
 * @param readers who may see a result
 * @param readersWhen which items others may see; the first that holds
 * @param budget how much a result may tell
 */
public record ResultRules(
    Map<FieldPath, FieldRule> fields,
    Authority authority,
    List<AuthorityRule> authorityWhen,
    Readers readers,
    List<ReadersRule> readersWhen,
    ResultBudget budget) {
  /** Nothing is agreed: anybody may have written it, and everyone may see it. */
  public static final ResultRules NONE =
      new ResultRules(
          Map.of(), Authority.PUBLIC, List.of(), Readers.EVERYONE, List.of(), ResultBudget.DEFAULT);

  /** The most fields with rules. */
  public static final int MAX_FIELDS = 512;

  private static final int MAX_ITEM_RULES = 32;

  public ResultRules {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    authorityWhen = List.copyOf(authorityWhen);
    readersWhen = List.copyOf(readersWhen);
    int most = Math.max(authorityWhen.size(), readersWhen.size());
    if (fields.size() > MAX_FIELDS || most > MAX_ITEM_RULES) {
      throw new IllegalArgumentException(
          "at most %d fields, and %d rules of authority and of readers: %d, %d"
              .formatted(MAX_FIELDS, MAX_ITEM_RULES, fields.size(), most));
    }
    if (authority == Authority.USER) {
      throw new IllegalArgumentException("no result has the authority USER");
    }
    for (var path : fields.keySet()) {
      if (isNumber(fields.get(path).form()) && path.isOfItems() && !isBounded(fields, path)) {
        throw new IllegalArgumentException(
            "a list of numbers can spell text, so it needs {kind: array, max_items: …} at %s: %s"
                .formatted(path.parent(), path));
      }
    }
  }

  private static boolean isNumber(FieldForm form) {
    return form instanceof FieldForm.Whole || form instanceof FieldForm.Decimal;
  }

  private static boolean isBounded(Map<FieldPath, FieldRule> fields, FieldPath items) {
    var list = fields.get(items.parent());
    return list != null && list.form() instanceof FieldForm.Items;
  }

  /**
   * Rules by the paths that these texts are.
   *
   * @throws IllegalArgumentException if one is no path, or two are the same
   */
  public static Map<FieldPath, FieldRule> byPath(Map<String, FieldRule> byText) {
    Map<FieldPath, FieldRule> byPath = new LinkedHashMap<>();
    byText.forEach((text, rule) -> {
      if (byPath.put(FieldPath.parse(text), rule) != null) {
        throw new IllegalArgumentException("a path is said twice: " + text);
      }
    });
    return byPath;
  }

  /** These, and of fields that they do not speak of what others say. */
  public ResultRules over(ResultRules others) {
    var all = new LinkedHashMap<>(others.fields);
    all.putAll(fields);
    return new ResultRules(all, authority, authorityWhen, readers, readersWhen, budget);
  }

  /** What an approved output schema says, and no more. */
  public static ResultRules ofSchema(JsonNode schema) {
    return SchemaRules.of(schema);
  }

  /** The names of members on the paths of fields, in order. */
  public Set<String> names() {
    if (fields.isEmpty()) {
      return Set.of();
    }
    var names = new LinkedHashSet<String>();
    for (var path : fields.keySet()) {
      for (var step : path.steps()) {
        if (step instanceof FieldPath.Member(var name)) {
          names.add(name);
        }
      }
    }
    return names;
  }

  /** Whether something is agreed of single fields or items. */
  public boolean hasParts() {
    return !fields.isEmpty() || !authorityWhen.isEmpty() || !readersWhen.isEmpty();
  }

  /** Where a whole result stands. */
  public Standing root(String writer, JsonNode content) {
    return hasParts()
        ? Standing.root(RuleTree.of(this), label(writer), content)
        : Standing.of(label(writer));
  }

  /**
   * A label no better than that of any part of a result: of what stands elsewhere than it should,
   * or is read as one text.
   */
  public Label floor(String writer) {
    return RuleTree.of(this).lowered(label(writer));
  }

  private Label label(String writer) {
    return new Label(Set.of(writer), authority, readers, 0);
  }
}
