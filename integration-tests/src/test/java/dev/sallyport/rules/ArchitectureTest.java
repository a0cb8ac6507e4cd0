package dev.sallyport.rules;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.sallyport.identity.http.GradualAnswer;
import io.helidon.webserver.http.ServerResponse;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Date;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  /** Providers that are not real: servers beside the product, for trying it out. */
  private static final String FAKE_PROVIDERS = "dev.sallyport.llm.kit..";

  /** The packages that join the parts and may ask the system for its clock. */
  private static final String[] ROOTS_OF_COMPOSITION = {
    FAKE_PROVIDERS,
    "dev.sallyport.gateway",
    "dev.sallyport.gateway.cli..",
    "dev.sallyport.gateway.demo..",
    "dev.sallyport.gateway.bench..",
    "dev.sallyport.gateway.eval.."
  };

  private static final Pattern SPEAKS_OF_THREADS = Pattern.compile("[Tt]hread|@GuardedBy");

  private static JavaClasses product;

  @BeforeAll
  static void readTheProduct() {
    product =
        new ClassFileImporter()
            .importPaths(
                Checkout.MODULES.keySet().stream()
                    .map(module -> Checkout.ROOT.resolve(module).resolve("target/classes"))
                    .toList());
  }

  @Test
  void everyModuleIsSeen() {
    assertThat(Checkout.MODULES.values())
        .allSatisfy(
            root -> assertThat(product.that(resideInAPackage(root + ".."))).as(root).isNotEmpty());
  }

  @Test
  void modulesImportOnlyWhatStandsBelowThem() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("identity")
        .definedBy("dev.sallyport.identity..")
        .layer("sandbox")
        .definedBy("dev.sallyport.sandbox..")
        .layer("credential-vault")
        .definedBy("dev.sallyport.vault..")
        .layer("llm-proxy")
        .definedBy("dev.sallyport.llm..")
        .layer("mcp-broker")
        .definedBy("dev.sallyport.mcp..")
        .layer("gateway")
        .definedBy("dev.sallyport.gateway..")
        .whereLayer("identity")
        .mayNotAccessAnyLayer()
        .whereLayer("sandbox")
        .mayNotAccessAnyLayer()
        .whereLayer("credential-vault")
        .mayOnlyAccessLayers("identity")
        .whereLayer("llm-proxy")
        .mayOnlyAccessLayers("identity", "credential-vault")
        .whereLayer("mcp-broker")
        .mayOnlyAccessLayers("identity", "credential-vault", "sandbox")
        .check(product);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("dev.sallyport.(**)").should().beFreeOfCycles().check(product);
  }

  @Test
  void onlyEdgesKnowTheHttpServer() {
    noClasses()
        .that(
            not(resideInAnyPackage("dev.sallyport..http..", "dev.sallyport.gateway.."))
                .or(resideInAPackage("dev.sallyport.gateway.turn..")))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.helidon.webserver..", "io.helidon.http..")
        .check(product);
  }

  /** The listener bounds how long a client may leave it waiting by what that says. */
  @Test
  void whateverIsWrittenBitByBitBeginsInOneWay() {
    noClasses()
        .that()
        .doNotBelongToAnyOf(GradualAnswer.class)
        .should()
        .accessTargetWhere(opensAnAnswer())
        .check(product);
  }

  @Test
  void providersAndProtocolsOpenNoSockets() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.sallyport.llm..", "dev.sallyport.mcp..", "dev.sallyport.sandbox..")
        .and()
        .resideOutsideOfPackage(FAKE_PROVIDERS)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.net.http..")
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(Socket.class, HttpURLConnection.class, SocketChannel.class)
        .check(product);
  }

  @Test
  void onlyCommandsKnowProvidersThatAreNotReal() {
    noClasses()
        .that()
        .resideOutsideOfPackages(FAKE_PROVIDERS, "dev.sallyport.gateway.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(FAKE_PROVIDERS)
        .check(product);
  }

  @Test
  void timeIsGivenAndNeverAskedOfTheSystem() {
    noClasses()
        .should()
        .accessTargetWhere(asksForTheTime())
        .orShould()
        .callConstructor(Date.class)
        .check(product);
  }

  @Test
  void onlyTheRootsOfCompositionTakeTheSystemsClock() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOTS_OF_COMPOSITION)
        .should()
        .accessTargetWhere(takesTheClock())
        .check(product);
  }

  @Test
  void onlyConfigurationReadsTheEnvironment() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.sallyport.gateway.config..")
        .should()
        .accessTargetWhere(calls(System.class, "getenv"))
        .check(product);
  }

  @Test
  void noStateIsStatic() {
    fields().that().areStatic().should().beFinal().check(product);
  }

  @Test
  void aPublicClassWhoseStateChangesSaysWhichThreadsMayUseIt() {
    assertThat(
            product.stream()
                .flatMap(type -> type.getFields().stream())
                .filter(ArchitectureTest::changesUnseen)
                .filter(field -> isPublic(field.getOwner()))
                .map(field -> Checkout.source(field.getOwner()))
                .filter(source -> !SPEAKS_OF_THREADS.matcher(source.text()).find())
                .map(Checkout.Source::path)
                .distinct())
        .isEmpty();
  }

  private static boolean isPublic(JavaClass type) {
    return type.getModifiers().contains(PUBLIC)
        && type.getEnclosingClass().map(ArchitectureTest::isPublic).orElse(true);
  }

  /** Whether a field can change without other threads being sure to see it. */
  private static boolean changesUnseen(JavaField field) {
    var modifiers = field.getModifiers();
    return !modifiers.contains(JavaModifier.FINAL) && !modifiers.contains(JavaModifier.VOLATILE);
  }

  @Test
  void namesSayWhatAThingIs() {
    noClasses()
        .should()
        .haveNameMatching(".*\\.[^.]*(Util|Utils|Helper|Helpers|Manager|Managers|Impl)(?![a-z]).*")
        .check(product);
  }

  private static DescribedPredicate<JavaAccess<?>> opensAnAnswer() {
    return DescribedPredicate.describe(
        "open the stream of an answer",
        access ->
            access.getTargetOwner().isAssignableTo(ServerResponse.class)
                && access.getName().equals("outputStream"));
  }

  private static DescribedPredicate<JavaAccess<?>> asksForTheTime() {
    return calls(System.class, "currentTimeMillis")
        .or(
            DescribedPredicate.describe(
                "ask java.time what time it is",
                access ->
                    access.getTargetOwner().getPackageName().startsWith("java.time")
                        && access.getName().equals("now")));
  }

  private static DescribedPredicate<JavaAccess<?>> takesTheClock() {
    return calls(InstantSource.class, "system")
        .or(calls(Clock.class, "system"))
        .or(calls(Clock.class, "systemUTC"))
        .or(calls(Clock.class, "systemDefaultZone"));
  }

  private static DescribedPredicate<JavaAccess<?>> calls(Class<?> owner, String method) {
    return DescribedPredicate.describe(
        "call %s.%s".formatted(owner.getSimpleName(), method),
        access -> access.getTargetOwner().isEquivalentTo(owner) && access.getName().equals(method));
  }
}
