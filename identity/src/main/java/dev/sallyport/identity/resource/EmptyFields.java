package dev.sallyport.identity.resource;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds fields that are written down without a value, such as {@code expiresAt:} and nothing after
 * it. Taking them for left out could widen what a document grants.
 *
 * <p>Looks where the form is a record, a list or a map; a field whose form is any JSON keeps its
 * nulls.
 */
final class EmptyFields {
  private final List<String> pointers = new ArrayList<>();

  private EmptyFields() {}

  /** The pointers of all fields without a value, in the order of the document. */
  static List<String> in(JsonNode document, Class<?> form) {
    var found = new EmptyFields();
    found.visit(document, form, "");
    return found.pointers;
  }

  private void visit(JsonNode node, Type form, String pointer) {
    if (node.isNull()) {
      if (!(form instanceof Class<?> type && JsonNode.class.isAssignableFrom(type))) {
        pointers.add(pointer);
      }
      return;
    }
    switch (form) {
      case ParameterizedType generic -> visitContents(node, generic, pointer);
      case Class<?> type when type.isRecord() && node.isObject() ->
          visitFields(node, type.getRecordComponents(), pointer);
      default -> {}
    }
  }

  private void visitContents(JsonNode node, ParameterizedType form, String pointer) {
    var types = form.getActualTypeArguments();
    var content = types[types.length - 1];
    for (var entry : node.properties()) {
      visit(entry.getValue(), content, pointer + SpecReader.step(entry.getKey()));
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      visit(node.get(i), content, pointer + "/" + i);
    }
  }

  private void visitFields(JsonNode node, RecordComponent[] components, String pointer) {
    for (var component : components) {
      var name = name(component);
      var value = node.get(name);
      if (value != null) {
        visit(value, component.getGenericType(), pointer + SpecReader.step(name));
      }
    }
  }

  private static String name(RecordComponent component) {
    var annotation = component.getAccessor().getAnnotation(JsonProperty.class);
    return annotation == null || annotation.value().isEmpty()
        ? component.getName()
        : annotation.value();
  }
}
