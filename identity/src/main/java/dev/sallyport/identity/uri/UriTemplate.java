package dev.sallyport.identity.uri;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/**
 * A URI template, for the question whether it covers a URI. A URI is covered if the whole of it
 * could come from the template: a plain variable stands for at least one character and for none of
 * {@code / ? #}; only {@code {+name}}, {@code {#name}} and a variable with a star reach over a
 * slash. A URI that leads upwards by a segment {@code ..}, however it is written, is covered by no
 * template. The time it takes grows with the length of the URI times that of the template, whatever
 * is in them. Thread-safe.
 *
 * <p>Source: RFC 6570, levels 1 to 3, and the modifiers of level 4 as far as they match.
 */
public final class UriTemplate {
  private static final int MAX_LENGTH = 2_048;
  private static final int MAX_VARIABLES = 32;
  private static final String SEPARATORS = "/\\?#&=;";
  private static final Pattern VARIABLE =
      Pattern.compile("([A-Za-z0-9_.%]{1,64})(\\*|:[1-9][0-9]{0,3})?");

  private final String text;
  private final List<State> states = new ArrayList<>();
  private int variables;

  /** What may follow: some characters to the next states, or none at all to others. */
  private record State(List<Step> steps, List<Integer> free) {}

  private record Step(IntPredicate characters, int next) {}

  private UriTemplate(String text) {
    this.text = text;
  }

  /**
   * Reads a template.
   *
   * @throws IllegalArgumentException if it is none, or asks for more than is taken here
   */
  public static UriTemplate of(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("a template has 1 to %d characters".formatted(MAX_LENGTH));
    }
    var template = new UriTemplate(text);
    template.read();
    return template;
  }

  /** Whether it has any variable. */
  public boolean hasVariables() {
    return variables > 0;
  }

  /** Whether all of a URI could come from this template. */
  public boolean covers(String uri) {
    if (uri.isEmpty() || uri.length() > MAX_LENGTH || leadsUp(uri)) {
      return false;
    }
    var now = reached(0);
    for (int at = 0; at < uri.length() && !now.isEmpty(); at++) {
      var next = new BitSet();
      int c = uri.charAt(at);
      for (int state = now.nextSetBit(0); state >= 0; state = now.nextSetBit(state + 1)) {
        for (var step : states.get(state).steps()) {
          if (step.characters().test(c)) {
            add(next, step.next());
          }
        }
      }
      now = next;
    }
    return now.get(states.size() - 1);
  }

  @Override
  public String toString() {
    return text;
  }

  /** Whether a URI has a segment that leads upwards, also if its dots are escaped, once or more. */
  public static boolean leadsUp(String uri) {
    var read = uri;
    for (int round = 0; round < 4; round++) {
      if (hasDotSegment(read)) {
        return true;
      }
      if (read.indexOf('%') < 0) {
        return false;
      }
      var decoded = decoded(read);
      if (decoded.equals(read)) {
        return false;
      }
      read = decoded;
    }
    return true; // escaped over and over: nobody does that who means well
  }

  private static boolean hasDotSegment(String uri) {
    int begin = 0;
    for (int at = 0; at <= uri.length(); at++) {
      if (at == uri.length() || SEPARATORS.indexOf(uri.charAt(at)) >= 0) {
        if (at - begin <= 2 && at > begin && uri.startsWith("..".substring(0, at - begin), begin)) {
          return true;
        }
        begin = at + 1;
      }
    }
    return false;
  }

  private static String decoded(String uri) {
    try {
      return URLDecoder.decode(uri.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return uri;
    }
  }

  private void read() {
    int state = newState();
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '{') {
        int end = text.indexOf('}', at);
        if (end < 0) {
          throw new IllegalArgumentException("an expression has no end");
        }
        state = expression(state, text.substring(at + 1, end));
        at = end + 1;
      } else if (c == '}' || Character.isWhitespace(c) || Character.isISOControl(c)) {
        throw new IllegalArgumentException("a character that no template has outside of { }");
      } else {
        state = literal(state, c);
        at++;
      }
    }
    int last = newState(); // so that the last state is the one that ends it
    free(state, last);
  }

  private int expression(int from, String inner) {
    if (inner.isEmpty()) {
      throw new IllegalArgumentException("an expression is empty");
    }
    char operator = "+#./;?&".indexOf(inner.charAt(0)) < 0 ? ' ' : inner.charAt(0);
    var names = List.of((operator == ' ' ? inner : inner.substring(1)).split(",", -1));
    variables += names.size();
    if (variables > MAX_VARIABLES) {
      throw new IllegalArgumentException("over %d variables".formatted(MAX_VARIABLES));
    }
    return switch (operator) {
      case '?', '&', ';' -> pairs(from, operator, names);
      default -> values(from, operator, names);
    };
  }

  /** Values one after the other: each stands for something. */
  private int values(int from, char operator, List<String> names) {
    int state = from;
    for (int i = 0; i < names.size(); i++) {
      var variable = VARIABLE.matcher(names.get(i));
      if (!variable.matches()) {
        throw new IllegalArgumentException("a variable has a name that is none");
      }
      boolean starred = "*".equals(variable.group(2));
      boolean open = operator == '+' || operator == '#' || starred;
      state =
          switch (operator) {
            case '.', '/' -> literal(state, operator);
            case '#' -> literal(state, i == 0 ? '#' : ',');
            default -> i == 0 ? state : literal(state, ',');
          };
      state = some(state, open ? UriTemplate::isOpen : UriTemplate::isPlain);
    }
    return state;
  }

  /** Names with values, any of which may be left out. */
  private int pairs(int from, char operator, List<String> names) {
    char separator = operator == '?' ? '&' : operator;
    int end = newState();
    free(from, end);
    var before = new ArrayList<Integer>();
    for (var name : names) {
      var variable = VARIABLE.matcher(name);
      if (!variable.matches()) {
        throw new IllegalArgumentException("a variable has a name that is none");
      }
      int entry = newState();
      for (int other : before) {
        step(other, c -> c == separator, entry);
      }
      step(from, c -> c == operator, entry);
      int state = entry;
      for (char c : variable.group(1).toCharArray()) {
        state = literal(state, c);
      }
      int value = literal(state, '=');
      step(value, UriTemplate::isPlain, value);
      if (operator == ';') {
        free(state, value); // an empty value has no equals sign there
      }
      if ("*".equals(variable.group(2))) {
        step(value, c -> c == separator, entry);
      }
      free(value, end);
      before.add(value);
    }
    return end;
  }

  private int literal(int from, int wanted) {
    int to = newState();
    step(from, c -> c == wanted, to);
    return to;
  }

  private int some(int from, IntPredicate characters) {
    int to = newState();
    step(from, characters, to);
    step(to, characters, to);
    return to;
  }

  private int newState() {
    states.add(new State(new ArrayList<>(), new ArrayList<>()));
    return states.size() - 1;
  }

  private void step(int from, IntPredicate characters, int to) {
    states.get(from).steps().add(new Step(characters, to));
  }

  private void free(int from, int to) {
    states.get(from).free().add(to);
  }

  private BitSet reached(int state) {
    var reached = new BitSet();
    add(reached, state);
    return reached;
  }

  private void add(BitSet reached, int state) {
    if (!reached.get(state)) {
      reached.set(state);
      states.get(state).free().forEach(next -> add(reached, next));
    }
  }

  private static boolean isPlain(int c) {
    return isOpen(c) && c != '/' && c != '?' && c != '#' && c != '&';
  }

  private static boolean isOpen(int c) {
    return c > ' '
        && c != 0x7f
        && c != '\\'
        && !Character.isWhitespace(c)
        && !Character.isISOControl(c);
  }
}
