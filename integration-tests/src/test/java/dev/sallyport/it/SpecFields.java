package dev.sallyport.it;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The fields of a spec and of the records in it: {@code a.b}, {@code list[].b}, {@code m.*.b}.
 *
 * <p>The fields of a record that stands in itself are those of its first place. Elsewhere it is one
 * field.
 */
final class SpecFields {
  private final List<String> names = new ArrayList<>();

  /** Of the records around the place where it is, and of those that stand in themselves. */
  private final Map<Class<?>, String> firstPlaces = new HashMap<>();

  private final Map<String, String> laterPlaces = new HashMap<>();

  private SpecFields() {}

  static SpecFields of(Class<?> spec) {
    var fields = new SpecFields();
    fields.add("", spec);
    return fields;
  }

  List<String> names() {
    return List.copyOf(names);
  }

  /** The name of a field at the first place of its record, wherever it is given. */
  String atFirstPlace(String name) {
    return laterPlaces.entrySet().stream()
        .filter(place -> name.startsWith(place.getKey()))
        .findFirst()
        .map(place -> place.getValue() + name.substring(place.getKey().length()))
        .orElse(name);
  }

  private void add(String place, Class<?> form) {
    firstPlaces.put(form, place);
    for (var component : form.getRecordComponents()) {
      var name = place + name(component);
      var type = component.getGenericType();
      if (isRecord(type)) {
        add(name, name + ".", (Class<?>) type);
      } else if (type instanceof ParameterizedType many && isRecord(last(many))) {
        var between = component.getType() == List.class ? "[]." : ".*.";
        add(name, name + between, (Class<?>) last(many));
      } else {
        names.add(name);
      }
    }
    if (!laterPlaces.containsValue(place)) {
      firstPlaces.remove(form);
    }
  }

  private void add(String name, String place, Class<?> form) {
    if (firstPlaces.containsKey(form)) {
      names.add(name);
      laterPlaces.put(place, firstPlaces.get(form));
    } else {
      add(place, form);
    }
  }

  private static String name(RecordComponent component) {
    var given = component.getAccessor().getAnnotation(JsonProperty.class);
    return given == null || given.value().isEmpty() ? component.getName() : given.value();
  }

  private static Type last(ParameterizedType type) {
    return Arrays.asList(type.getActualTypeArguments()).getLast();
  }

  private static boolean isRecord(Type type) {
    return type instanceof Class<?> form && form.isRecord();
  }
}
