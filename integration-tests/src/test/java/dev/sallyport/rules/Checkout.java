package dev.sallyport.rules;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The files of the checkout that the tests run in, without what builds and tools leave there. */
final class Checkout {
  /** The package of each product module, by the module's folder. */
  static final Map<String, String> MODULES =
      Map.of(
          "identity", "dev.sallyport.identity",
          "sandbox", "dev.sallyport.sandbox",
          "credential-vault", "dev.sallyport.vault",
          "llm-proxy", "dev.sallyport.llm",
          "mcp-broker", "dev.sallyport.mcp",
          "gateway", "dev.sallyport.gateway");

  static final Path ROOT =
      Path.of(System.getProperty("basedir", "."), "..").toAbsolutePath().normalize();

  private static final Set<String> NOT_OURS =
      Set.of("target", "node_modules", ".git", ".cache", ".idea", ".vscode");

  private Checkout() {}

  /** Every file, by path from the root. */
  static List<Path> files() {
    var files = new ArrayList<Path>();
    try {
      Files.walkFileTree(
          ROOT,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              return NOT_OURS.contains(folder.getFileName().toString())
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (attributes.isRegularFile() && !NOT_OURS.contains(file.getFileName().toString())) {
                files.add(ROOT.relativize(file));
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files.stream().sorted().toList();
  }

  /** Every Java source, of products and of tests. */
  static List<Path> javaSources() {
    return files().stream().filter(file -> file.toString().endsWith(".java")).toList();
  }

  /** The text of a file; empty if it is not UTF-8. */
  static Optional<String> text(Path file) {
    try {
      return Optional.of(Files.readString(ROOT.resolve(file)));
    } catch (CharacterCodingException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The source that a class of a product was compiled from. */
  static Source source(JavaClass type) {
    var module =
        MODULES.entrySet().stream()
            .filter(entry -> (type.getPackageName() + ".").startsWith(entry.getValue() + "."))
            .findFirst()
            .orElseThrow();
    var file = type.getSource().flatMap(source -> source.getFileName());
    var path =
        Path.of(module.getKey(), "src", "main", "java")
            .resolve(type.getPackageName().replace('.', '/'))
            .resolve(file.orElseThrow());
    return new Source(path, text(path).orElseThrow());
  }

  /** A file and what stands in it. */
  record Source(Path path, String text) {}
}
