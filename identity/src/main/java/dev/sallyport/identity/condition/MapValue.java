package dev.sallyport.identity.condition;

import dev.cel.common.exceptions.CelAttributeNotFoundException;
import dev.cel.common.types.CelType;
import dev.cel.common.values.CelValue;
import dev.cel.common.values.SelectableValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Named values that are made when they are asked for. To CEL it is a value of its own and a map,
 * too: a plain map would be copied whole, with every value in it, for each look at one of them.
 *
 * <p>What it stands on is read by one thread and changed by none while it is in use.
 */
@SuppressWarnings("Immutable") // to CEL it is: nothing changes it while it is read
abstract class MapValue extends CelValue implements Map<String, Object>, SelectableValue<String> {
  /** The names that there are. */
  abstract Set<String> names();

  /**
   * The value of a name; empty if there is none of that name.
   *
   * @throws NoValueException if there is one that cannot be looked at
   */
  @Override
  public abstract Optional<Object> find(String name);

  /** Whether there is a value of that name, though it may be none that can be looked at. */
  abstract boolean has(String name);

  @Override
  public final Object select(String name) {
    return find(name).orElseThrow(() -> CelAttributeNotFoundException.forMissingMapKey(name));
  }

  @Override
  public final @Nullable Object get(Object key) {
    return key instanceof String name ? find(name).orElse(null) : null;
  }

  @Override
  public final boolean containsKey(Object key) {
    return key instanceof String name && has(name);
  }

  @Override
  public final int size() {
    return names().size();
  }

  @Override
  public final boolean isEmpty() {
    return names().isEmpty();
  }

  @Override
  public final Set<String> keySet() {
    return names();
  }

  @Override
  public final Collection<Object> values() {
    var values = new ArrayList<Object>();
    names().forEach(name -> values.add(select(name)));
    return values;
  }

  @Override
  public final Set<Entry<String, Object>> entrySet() {
    var entries = new LinkedHashSet<Entry<String, Object>>();
    names().forEach(name -> entries.add(Map.entry(name, select(name))));
    return entries;
  }

  @Override
  public final boolean containsValue(Object value) {
    return values().contains(value);
  }

  @Override
  public final boolean equals(Object other) {
    return other instanceof Map<?, ?> that && entrySet().equals(that.entrySet());
  }

  @Override
  public final int hashCode() {
    return entrySet().hashCode();
  }

  @Override
  public final Object value() {
    return this;
  }

  @Override
  public final boolean isZeroValue() {
    return isEmpty();
  }

  @Override
  public final CelType celType() {
    return Environment.ANY_FIELDS;
  }

  @Override
  public final Object put(String name, Object value) {
    throw new UnsupportedOperationException();
  }

  @Override
  public final Object remove(Object key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public final void putAll(Map<? extends String, ?> values) {
    throw new UnsupportedOperationException();
  }

  @Override
  public final void clear() {
    throw new UnsupportedOperationException();
  }
}
