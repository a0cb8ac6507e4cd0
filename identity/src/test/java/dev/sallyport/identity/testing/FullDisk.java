package dev.sallyport.identity.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/** A disk for one database of H2, on which there can be no room any more. */
public final class FullDisk {
  private static final String FULL = "full";

  private final Path folder;

  /**
   * A disk with room.
   *
   * @param folder where its files are
   */
  public FullDisk(Path folder) {
    this.folder = folder;
    FilePath.register(new FillingPath());
  }

  /** The URL of the database. */
  public String url() {
    return "jdbc:h2:filling:" + folder.resolve("store");
  }

  /** Takes all the room that is left. */
  public void fill() throws IOException {
    Files.createFile(folder.resolve(FULL));
  }

  /** Makes room. */
  public void makeRoom() throws IOException {
    Files.delete(folder.resolve(FULL));
  }

  /** Files that cannot be written while their disk is full. H2 makes more of these itself. */
  public static final class FillingPath extends FilePathWrapper {
    public FillingPath() {}

    @Override
    public String getScheme() {
      return "filling";
    }

    @Override
    public FileChannel open(String mode) throws IOException {
      var mark = Path.of(getBase().toString()).resolveSibling(FULL);
      return new FillingFile(getBase().open(mode), mark);
    }
  }

  private static final class FillingFile extends RealFile {
    private final Path mark;

    FillingFile(FileChannel real, Path mark) {
      super(real);
      this.mark = mark;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
      requireRoom();
      return super.write(from);
    }

    @Override
    public synchronized int write(ByteBuffer from, long position) throws IOException {
      requireRoom();
      return super.write(from, position);
    }

    private void requireRoom() throws IOException {
      if (Files.exists(mark)) {
        throw new IOException("No space left on device");
      }
    }
  }
}
