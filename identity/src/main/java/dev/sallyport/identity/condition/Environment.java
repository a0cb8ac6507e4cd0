package dev.sallyport.identity.condition;

import static dev.cel.common.CelVarDecl.newVarDeclaration;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.cel.checker.CelChecker;
import dev.cel.checker.CelStandardDeclarations;
import dev.cel.checker.CelStandardDeclarations.StandardFunction;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelParser;
import dev.cel.parser.CelParserFactory;
import dev.cel.parser.CelStandardMacro;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The names that a condition may use, their types, and how much it may do. */
final class Environment {
  /** The longest condition, in characters. */
  static final int MOST_CHARACTERS = 4_096;

  /** The most rounds that all lists of one condition are gone through for one call. */
  static final int MOST_ROUNDS = 200;

  private static final int MOST_DEPTH = 32;

  static final CelOptions OPTIONS =
      CelOptions.current()
          .maxExpressionCodePointSize(MOST_CHARACTERS)
          .maxParseRecursionDepth(MOST_DEPTH)
          .comprehensionMaxIterations(MOST_ROUNDS)
          .enableHeterogeneousNumericComparisons(true)
          .build();

  static final CelParser PARSER =
      CelParserFactory.standardCelParserBuilder()
          .setOptions(OPTIONS)
          .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
          .build();

  private static final Set<String> FUNCTIONS =
      Arrays.stream(StandardFunction.values())
          .map(StandardFunction::functionName)
          .collect(Collectors.toUnmodifiableSet());

  static final CelType ANY = SimpleType.DYN;
  static final CelType ANY_FIELDS = MapType.create(SimpleType.STRING, SimpleType.DYN);

  static final Map<String, CelType> PRINCIPAL =
      ordered(
          Map.entry("id", SimpleType.STRING),
          Map.entry("domain", SimpleType.STRING),
          Map.entry("path", SimpleType.STRING),
          Map.entry("method", SimpleType.STRING),
          Map.entry("scopes", ListType.create(SimpleType.STRING)),
          Map.entry("user", SimpleType.STRING),
          Map.entry("owner", SimpleType.STRING),
          Map.entry("team", SimpleType.STRING),
          Map.entry("environment", SimpleType.STRING));

  static final Map<String, CelType> CONTEXT =
      ordered(
          Map.entry("time", SimpleType.TIMESTAMP),
          Map.entry("source", SimpleType.STRING),
          Map.entry("label", SimpleType.STRING),
          Map.entry("calls", SimpleType.INT));

  private Environment() {}

  /**
   * One in which nothing is known of arguments and parameters.
   *
   * @param functions the names of those that the conditions call that it is for. Each check sets up
   *     all functions of its environment anew, which takes longer than the check
   */
  static CelChecker open(Set<String> functions) {
    return checker(ANY_FIELDS, ANY_FIELDS, Map.of(), functions);
  }

  /** One in which something is. */
  static CelChecker of(ArgumentTypes known, Set<String> functions) {
    var objects = new HashMap<String, StructType>();
    var args = known.arguments().map(fields -> struct("args", fields, objects)).orElse(ANY_FIELDS);
    var params = struct("params", known.parameters(), objects);
    return checker(args, params, objects, functions);
  }

  /** The names of the functions and operators that there are and that an expression calls. */
  static Set<String> functions(CelAbstractSyntaxTree parsed) {
    return CelNavigableAst.fromAst(parsed)
        .getRoot()
        .allNodes()
        .filter(node -> node.getKind() == CelExpr.ExprKind.Kind.CALL)
        .map(node -> fromTheRoot(node.expr().call().function()))
        .filter(FUNCTIONS::contains)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** A name without the dot before it, by which a text may say that it stands at the root. */
  static String fromTheRoot(String name) {
    return name.startsWith(".") ? name.substring(1) : name;
  }

  private static CelChecker checker(
      CelType args, CelType params, Map<String, StructType> objects, Set<String> functions) {
    var all = new HashMap<>(objects);
    var principal = struct("principal", PRINCIPAL, all);
    var context = struct("ctx", CONTEXT, all);
    return CelCompilerFactory.standardCelCheckerBuilder()
        .setOptions(OPTIONS)
        .setStandardEnvironmentEnabled(false)
        .setStandardDeclarations(
            CelStandardDeclarations.newBuilder()
                .filterFunctions((function, _) -> functions.contains(function.functionName()))
                .build())
        .setTypeProvider(new Types(ImmutableMap.copyOf(all)))
        .addVarDeclarations(
            newVarDeclaration("args", args),
            newVarDeclaration("params", params),
            newVarDeclaration("principal", principal),
            newVarDeclaration("ctx", context),
            newVarDeclaration("tool", SimpleType.STRING),
            newVarDeclaration("server", SimpleType.STRING),
            newVarDeclaration("resource", SimpleType.STRING),
            newVarDeclaration("action", SimpleType.STRING))
        .setResultType(SimpleType.BOOL)
        .build();
  }

  private static CelType struct(
      String name, Map<String, CelType> fields, Map<String, StructType> all) {
    var known = ImmutableMap.copyOf(fields);
    var type =
        StructType.create(
            "/" + name, // no name that a condition can write
            known.keySet(),
            field -> Optional.ofNullable(known.get(field)));
    all.put(type.name(), type);
    known.values().forEach(value -> addStructs(value, all));
    return type;
  }

  private static void addStructs(CelType type, Map<String, StructType> all) {
    switch (type) {
      case StructType struct -> {
        all.put(struct.name(), struct);
        struct.fields().forEach(field -> addStructs(field.type(), all));
      }
      case ListType list -> addStructs(list.elemType(), all);
      default -> {}
    }
  }

  @SafeVarargs
  private static Map<String, CelType> ordered(Map.Entry<String, CelType>... fields) {
    var all = new LinkedHashMap<String, CelType>();
    for (var field : fields) {
      all.put(field.getKey(), field.getValue());
    }
    return Collections.unmodifiableMap(all);
  }

  private record Types(ImmutableMap<String, StructType> structs) implements CelTypeProvider {
    @Override
    public ImmutableCollection<CelType> types() {
      return ImmutableList.copyOf(structs.values());
    }

    @Override
    public Optional<CelType> findType(String name) {
      return Optional.ofNullable(structs.get(name));
    }
  }
}
