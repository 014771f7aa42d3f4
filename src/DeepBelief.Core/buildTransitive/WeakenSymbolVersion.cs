using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace DeepBelief.Build
{
    /// <summary>
    /// Makes a shared library ask for a symbol version with the flag "weak": the dynamic linker then loads it where no library
    /// has that version. Sound only where nothing needs the version's symbols, so the version must stand for one symbol,
    /// the given one, which marks the use of &lt;iostream&gt; and which no relocation refers to.
    /// </summary>
    /// <remarks>
    /// MSBuild compiles this file when a build needs it. The format is that of the System V ABI (sections) and of the Linux
    /// Standard Base (symbol versions): https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/symversion.html.
    /// </remarks>
    public sealed class WeakenSymbolVersion : Task
    {
        /// <summary>The libraries. Metadata: Adapted, the copy's path. "Adapted.checked" is written beside it, copy or not.</summary>
        [Required]
        public ITaskItem[] Libraries { get; set; }

        /// <summary>The symbol version.</summary>
        [Required]
        public string Version { get; set; }

        /// <summary>The only symbol that may have the version.</summary>
        [Required]
        public string Symbol { get; set; }

        public override bool Execute()
        {
            foreach (var library in Libraries)
                Adapt(library.ItemSpec, library.GetMetadata("Adapted"));
            return true;
        }

        private void Adapt(string source, string copy)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(copy));
                File.Delete(copy);
                var bytes = File.ReadAllBytes(source);
                var flags = new ElfFile(bytes).FlagsOf(Version, Symbol);
                if (flags.Count > 0)
                {
                    foreach (var place in flags)
                        bytes[place] |= ElfFile.Weak;
                    File.WriteAllBytes(copy, bytes);
                    Log.LogMessage(MessageImportance.Low, "{0} is used in place of {1}: it can do without {2}.", copy, source, Version);
                }

                File.WriteAllBytes(copy + ".checked", new byte[0]);
            }
            catch (Exception e) when (e is InvalidDataException || e is IOException || e is UnauthorizedAccessException)
            {
                Log.LogWarning("{0} is used as it is, which systems with an older libstdc++ than that of GCC 13 may not load: {1}", source, e.Message);
            }
        }

        /// <summary>The part of a 64-bit little-endian ELF file that speaks of symbol versions.</summary>
        private sealed class ElfFile
        {
            /// <summary>VER_FLG_WEAK.</summary>
            public const byte Weak = 2;

            private const uint DynamicSymbols = 11;
            private const uint VersionNeeds = 0x6ffffffe;
            private const uint VersionsOfSymbols = 0x6fffffff;

            private readonly byte[] bytes;
            private readonly long headers;
            private readonly int headerSize;
            private readonly int headerCount;

            public ElfFile(byte[] bytes)
            {
                this.bytes = bytes;
                if (Number(0, 4) != 0x464c457f || Number(4, 1) != 2 || Number(5, 1) != 1)
                    throw new InvalidDataException("it is no 64-bit little-endian ELF file.");
                headers = Number(0x28, 8);
                headerSize = (int)Number(0x3a, 2);
                headerCount = (int)Number(0x3c, 2);
            }

            /// <summary>The places of the flags of all needs of a version, in which "weak" is not set yet.</summary>
            public List<int> FlagsOf(string version, string symbol)
            {
                var flags = new List<int>();
                var needs = Section(VersionNeeds);
                if (needs < 0)
                    return flags;

                // A list of libraries, and for each a list of versions; offsets to the next, 0 in the last.
                var names = Strings(needs);
                for (long library = Offset(needs), next = -1; next != 0; library += next)
                {
                    long need = library + Number(library + 8, 4);
                    for (var left = Number(library + 2, 2); left > 0; left--)
                    {
                        if (Text(names + Number(need + 8, 4)) == version && (Number(need + 4, 2) & Weak) == 0)
                        {
                            if (!IsOnlySymbol(Number(need + 6, 2), symbol))
                                throw new InvalidDataException("other symbols than " + symbol + " have the version " + version + ".");
                            flags.Add((int)(need + 4));
                        }

                        need += Number(need + 12, 4);
                    }

                    next = Number(library + 12, 4);
                }

                return flags;
            }

            private bool IsOnlySymbol(long version, string symbol)
            {
                var versions = Section(VersionsOfSymbols);
                var symbols = Section(DynamicSymbols);
                if (versions < 0 || symbols < 0)
                    throw new InvalidDataException("it has symbol versions, but no symbols.");
                var names = Strings(symbols);
                for (long i = 0, count = Number(Header(versions) + 0x20, 8) / 2; i < count; i++)
                {
                    // The highest bit means hidden.
                    if ((Number(Offset(versions) + (2 * i), 2) & 0x7fff) == version && Text(names + Number(Offset(symbols) + (24 * i), 4)) != symbol)
                        return false;
                }

                return true;
            }

            /// <summary>The first section of a type; -1: none.</summary>
            private long Section(uint type)
            {
                for (var i = 0; i < headerCount; i++)
                {
                    if (Number(Header(i) + 4, 4) == type)
                        return i;
                }

                return -1;
            }

            private long Header(long section)
            {
                if (section < 0 || section >= headerCount)
                    throw new InvalidDataException("it has no section " + section + ".");
                return headers + (section * headerSize);
            }

            private long Offset(long section)
            {
                return Number(Header(section) + 0x18, 8);
            }

            /// <summary>Where the strings begin that belong to a section.</summary>
            private long Strings(long section)
            {
                return Offset(Number(Header(section) + 0x28, 4));
            }

            private long Number(long offset, int size)
            {
                if (offset < 0 || offset > bytes.Length - size)
                    throw new InvalidDataException("it ends early: byte " + offset + " of " + bytes.Length + " is asked for.");
                ulong value = 0;
                for (var i = size - 1; i >= 0; i--)
                    value = (value << 8) | bytes[offset + i];
                return unchecked((long)value);
            }

            private string Text(long offset)
            {
                var end = offset;
                while (Number(end, 1) != 0)
                    end++;
                return Encoding.ASCII.GetString(bytes, (int)offset, (int)(end - offset));
            }
        }
    }
}
