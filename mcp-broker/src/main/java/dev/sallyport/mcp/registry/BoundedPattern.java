package dev.sallyport.mcp.registry;

import com.networknt.schema.regex.RegularExpression;
import java.util.regex.Pattern;

/** A pattern of a server's making, which may look at a character only so often. */
final class BoundedPattern implements RegularExpression {
  private static final int MAX_STEPS = 1_000_000;

  private final Pattern pattern;

  private BoundedPattern(Pattern pattern) {
    this.pattern = pattern;
  }

  static BoundedPattern of(String regex) {
    return new BoundedPattern(Pattern.compile(regex));
  }

  @Override
  public boolean matches(String value) {
    return pattern.matcher(new Counted(value, new int[1])).find();
  }

  /** A pattern took more steps than it may. */
  static final class TooCostlyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooCostlyException() {
      super("a pattern takes too long", null, false, false);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // a counter that its parts share
  private record Counted(CharSequence text, int[] steps) implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (++steps[0] > MAX_STEPS) {
        throw new TooCostlyException();
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Counted(text.subSequence(start, end), steps);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
