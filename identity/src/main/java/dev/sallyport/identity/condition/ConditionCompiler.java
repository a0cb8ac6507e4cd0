package dev.sallyport.identity.condition;

import dev.cel.checker.CelChecker;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelErrorCode;
import dev.cel.common.CelIssue;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.cel.runtime.CelVariableResolver;
import dev.cel.runtime.Program;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Makes conditions of texts. One text is compiled once, as long as it is in use. Thread-safe.
 *
 * <p>A condition is an expression in CEL whose result is true or false. It ends always: its length,
 * its depth, the rounds of its loops and its regular expressions (RE2) are bounded.
 */
public final class ConditionCompiler {
  private static final CelRuntime RUNTIME =
      CelRuntimeFactory.plannerRuntimeBuilder().setOptions(Environment.OPTIONS).build();
  private static final Pattern ARGS = Pattern.compile("args(\\..*)?");
  private static final Pattern PARAMS = Pattern.compile("params(\\..*)?");
  private static final Verdict OUT_OF_RANGE = new Verdict.Failed(JsonValues.OUT_OF_RANGE);
  private static final Pattern SPACES = Pattern.compile("\\s+");
  private static final int MOST_ENVIRONMENTS = 1_024;

  private final Map<String, Compiled> compiled = new ConcurrentHashMap<>();
  private final Map<Known, CelChecker> environments = new ConcurrentHashMap<>();
  private final Map<Checked, Optional<String>> checked = new ConcurrentHashMap<>();

  /** A text that fits what is known of arguments, or does not. */
  private record Checked(String text, ArgumentTypes known) {}

  /**
   * What an environment knows.
   *
   * @param types of arguments; empty where nothing is known of them
   */
  private record Known(Optional<ArgumentTypes> types, Set<String> functions) {}

  /** A text as it was read, what it calls and looks at, and how it is looked at. */
  private record Compiled(
      CelAbstractSyntaxTree parsed,
      Set<String> functions,
      boolean args,
      boolean params,
      Condition condition) {
    /** Whether it is checked otherwise where this is known than where nothing is. */
    boolean depends(ArgumentTypes known) {
      return params || (args && known.arguments().isPresent());
    }
  }

  /** One that has compiled nothing yet. */
  public ConditionCompiler() {}

  private ConditionCompiler(ConditionCompiler other) {
    compiled.putAll(other.compiled);
    environments.putAll(other.environments);
    checked.putAll(other.checked);
  }

  /**
   * One that has compiled the same up to now. What it does from now on does not change this one.
   */
  public ConditionCompiler copy() {
    return new ConditionCompiler(this);
  }

  /**
   * Compiles a condition.
   *
   * @throws InvalidConditionException if it is none, whatever the arguments are
   */
  public Condition compile(String text) throws InvalidConditionException {
    return compiled(text).condition;
  }

  /**
   * What is wrong with a condition for the arguments that there are; empty if nothing is.
   *
   * @throws InvalidConditionException if it is no condition at all
   */
  public Optional<String> misfit(String text, ArgumentTypes known)
      throws InvalidConditionException {
    var one = compiled(text);
    return one.depends(known)
        ? checked.computeIfAbsent(
            new Checked(text, known),
            _ -> problem(environment(Optional.of(known), one.functions).check(one.parsed)))
        : Optional.empty();
  }

  /** Forgets every condition but these. */
  public void keep(Set<String> texts) {
    compiled.keySet().retainAll(texts);
    checked.keySet().removeIf(one -> !texts.contains(one.text));
    if (environments.size() > MOST_ENVIRONMENTS || checked.size() > 4 * (texts.size() + 1_024)) {
      environments.clear();
      checked.clear();
    }
  }

  private CelChecker environment(Optional<ArgumentTypes> types, Set<String> functions) {
    return environments.computeIfAbsent(
        new Known(types, functions),
        _ ->
            types
                .map(known -> Environment.of(known, functions))
                .orElseGet(() -> Environment.open(functions)));
  }

  private Compiled compiled(String text) throws InvalidConditionException {
    var known = compiled.get(text);
    if (known == null) {
      known = compileNew(text);
      compiled.put(text, known);
    }
    return known;
  }

  private Compiled compileNew(String text) throws InvalidConditionException {
    try {
      var result = Environment.PARSER.parse(text);
      refuse(problem(result), false);
      var parsed = result.getAst();
      var functions = Environment.functions(parsed);
      var typed = environment(Optional.empty(), functions).check(parsed);
      refuse(problem(typed), true);
      var reads = ConditionText.reads(parsed.getExpr());
      boolean args = reads.stream().anyMatch(place -> ARGS.matcher(place).matches());
      boolean params = reads.stream().anyMatch(place -> PARAMS.matcher(place).matches());
      var program = RUNTIME.createProgram(typed.getAst());
      return new Compiled(
          parsed, functions, args, params, condition(text, program, args || params));
    } catch (CelValidationException | CelEvaluationException _) {
      throw new InvalidConditionException("cannot be compiled", false);
    }
  }

  private static void refuse(Optional<String> problem, boolean readable)
      throws InvalidConditionException {
    if (problem.isPresent()) {
      throw new InvalidConditionException(problem.get(), readable);
    }
  }

  private static Optional<String> problem(CelValidationResult result) {
    return result.hasError()
        ? result.getErrors().stream()
            .findFirst()
            .map(ConditionCompiler::told)
            .or(() -> Optional.of("cannot be compiled"))
        : Optional.empty();
  }

  private static String told(CelIssue issue) {
    var at = issue.getSourceLocation();
    var place =
        at.getLine() > 1
            ? "line %d, column %d".formatted(at.getLine(), at.getColumn() + 1)
            : "column " + (at.getColumn() + 1);
    return "does not compile at %s: %s"
        .formatted(place, SPACES.matcher(issue.getMessage()).replaceAll(" "));
  }

  private static Condition condition(String text, Program program, boolean looksAtArguments) {
    var settled = settled(program);
    return new Condition() {
      @Override
      public Verdict test(Facts facts) {
        return looksAtArguments && facts.hasNumberOutOfRange()
            ? OUT_OF_RANGE
            : look(program, facts);
      }

      @Override
      public String text() {
        return text;
      }

      @Override
      public Optional<Verdict> settled() {
        return settled;
      }
    };
  }

  /** What is true or false where nothing is known of the call is so for every call. */
  private static Optional<Verdict> settled(Program program) {
    return Optional.of(look(program, _ -> Optional.empty()))
        .filter(Verdict.Fulfilled.class::isInstance);
  }

  private static Verdict look(Program program, CelVariableResolver facts) {
    try {
      return switch (program.eval(facts)) {
        case Boolean is -> is ? Verdict.TRUE : Verdict.FALSE;
        case null, default -> new Verdict.Failed("not_a_boolean");
      };
    } catch (CelEvaluationException e) {
      return new Verdict.Failed(reason(e));
    } catch (RuntimeException | StackOverflowError _) {
      return new Verdict.Failed("internal_error");
    }
  }

  /** Never the message, which may hold what the caller sent. */
  private static String reason(CelEvaluationException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof NoValueException none) {
        return String.valueOf(none.getMessage());
      }
    }
    return code(e.getErrorCode());
  }

  private static String code(CelErrorCode code) {
    return code.name().toLowerCase(Locale.ROOT);
  }
}
