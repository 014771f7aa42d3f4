using System.Text;

namespace DeepBelief.Package.Tests;

/// <summary>What the package's targets do with TorchSharp's native library, in a build of nothing but them.</summary>
public sealed class AdaptationTests : IDisposable
{
    // The only symbol of the version that is made weak.
    private const string Symbol = "_ZSt21ios_base_library_initv";

    private readonly string folder = Directory.CreateTempSubdirectory("deepbelief-adaptation-").FullName;
    private readonly byte[] original = File.ReadAllBytes(BuildInfo.NativeLibrary);

    public AdaptationTests() => File.WriteAllText(Path.Combine(folder, "build.proj"), $"""
        <Project>
          <PropertyGroup>
            <IntermediateOutputPath>obj/</IntermediateOutputPath>
            <PackageVersion Condition="'$(PackageVersion)' == ''">1</PackageVersion>
          </PropertyGroup>
          <!-- In place of the SDK's: gives the same kinds of items. -->
          <Target Name="ResolvePackageAssets">
            <ItemGroup>
              <Library Include="native/**/libLibTorchSharp.so" NuGetPackageVersion="$(PackageVersion)" />
              <NativeCopyLocalItems Include="@(Library)" PathInPackage="%(RecursiveDir)%(Filename)%(Extension)" />
              <PortableLibrary Include="portable/**/libLibTorchSharp.so" NuGetPackageVersion="$(PackageVersion)" />
              <RuntimeTargetsCopyLocalItems Include="@(PortableLibrary)" PathInPackage="%(RecursiveDir)%(Filename)%(Extension)" />
            </ItemGroup>
          </Target>
          <Target Name="Print" DependsOnTargets="ResolvePackageAssets">
            <Message Importance="high" Text="native=%(NativeCopyLocalItems.PathInPackage)=%(NativeCopyLocalItems.FullPath)" Condition="'@(NativeCopyLocalItems)' != ''" />
            <Message Importance="high" Text="portable=%(RuntimeTargetsCopyLocalItems.PathInPackage)=%(RuntimeTargetsCopyLocalItems.FullPath)" Condition="'@(RuntimeTargetsCopyLocalItems)' != ''" />
          </Target>
          <Import Project="{Path.Combine(BuildInfo.Repository, "src/DeepBelief.Core/buildTransitive/DeepBelief.Core.targets")}" />
        </Project>
        """);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    [Trait("Category", "Slow")]
    public void A_copy_with_one_flag_set_takes_the_place_of_the_library()
    {
        var source = Library("native/linux-x64", original);
        Library("portable/linux-x64", original);
        var (used, output) = Build();
        used.Should().HaveCount(2).And.NotContainValue(source);
        foreach (var copy in used.Values)
            AdaptedLibrary.ShouldDifferInItsFlagAlone(copy);
        output.Should().NotContain("warning");
        File.ReadAllBytes(source).Should().Equal(original);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void A_library_without_the_need_is_used_as_it_is()
    {
        Library("native/linux-x64", original);
        var adapted = File.ReadAllBytes(Build().Used["native/linux-x64"]);
        Directory.Delete(Path.Combine(folder, "obj"), recursive: true);

        var source = Library("native/linux-x64", adapted);
        // And one that asks for another version of the symbols.
        var other = original.ToArray();
        original.AsSpan().IndexOf("GLIBCXX_3.4.32"u8).Should().BePositive();
        other[original.AsSpan().IndexOf("GLIBCXX_3.4.32"u8) + "GLIBCXX_3.4.3".Length] = (byte)'1';
        var otherSource = Library("native/other", other);
        var (used, output) = Build();
        used.Should().Equal(new Dictionary<string, string> { ["native/linux-x64"] = source, ["native/other"] = otherSource });
        output.Should().NotContain("warning");
    }

    [Fact]
    public void It_can_be_switched_off()
    {
        var source = Library("native/linux-x64", original);
        Build("-p:DeepBeliefAdaptTorchSharp=false").Used.Should().ContainSingle().Which.Value.Should().Be(source);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Nothing_is_done_twice_and_another_version_with_older_files_is_not_missed()
    {
        var source = Library("native/linux-x64", original);
        var first = Build().Used["native/linux-x64"];
        File.SetLastWriteTimeUtc(first, DateTime.UtcNow.AddHours(1));
        var written = File.GetLastWriteTimeUtc(first);
        Build().Used["native/linux-x64"].Should().Be(first);
        File.GetLastWriteTimeUtc(first).Should().Be(written);

        var changed = original.ToArray();
        changed[^1] ^= 1;
        File.WriteAllBytes(source, changed);
        File.SetLastWriteTimeUtc(source, DateTime.UtcNow.AddYears(-1));
        File.ReadAllBytes(Build("-p:PackageVersion=2").Used["native/linux-x64"])[^1].Should().Be(changed[^1]);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void A_malformed_library_ends_in_a_warning_and_is_used_as_it_is()
    {
        var otherSymbol = original.ToArray();
        otherSymbol[original.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Symbol)) + 1]++;
        var sources = new Dictionary<string, string>
        {
            ["native/empty"] = Library("native/empty", []),
            ["native/text"] = Library("native/text", Encoding.ASCII.GetBytes(new string('x', 1000))),
            ["native/32-bit"] = Library("native/32-bit", [.. original[..4], 1, .. original[5..]]),
            ["native/big-endian"] = Library("native/big-endian", [.. original[..5], 2, .. original[6..]]),
            ["native/header-only"] = Library("native/header-only", original[..64]),
            ["native/half"] = Library("native/half", original[..(original.Length / 2)]),
            ["native/other-symbol"] = Library("native/other-symbol", otherSymbol),
        };
        var (used, output) = Build();
        used.Should().Equal(sources);
        foreach (var source in sources.Values)
            output.Should().Contain($"{Path.GetRelativePath(folder, source)} is used as it is");
        output.Should().Contain($"other symbols than {Symbol} have the version");
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Whatever_is_broken_nothing_but_the_flag_is_ever_changed()
    {
        // Bytes of the headers and tables that are read, each replaced by others.
        var random = new Random(1);
        var sectionHeaders = (int)BitConverter.ToInt64(original, 0x28);
        var sources = new Dictionary<string, string>();
        for (var i = 0; i < 60; i++)
        {
            var broken = original.ToArray();
            for (var change = 0; change < 3; change++)
                broken[random.Next(2) == 0 ? random.Next(0x20, 0x40) : random.Next(sectionHeaders, broken.Length)] = (byte)random.Next(256);
            sources.Add($"native/{i}", Library($"native/{i}", broken));
        }

        foreach (var (name, path) in Build().Used)
        {
            var (source, result) = (File.ReadAllBytes(sources[name]), File.ReadAllBytes(path));
            result.Should().HaveSameCount(source);
            Enumerable.Range(0, source.Length).Should().OnlyContain(at => source[at] == result[at] || (source[at] | 2) == result[at]);
        }
    }

    private string Library(string place, byte[] content)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, place)).FullName, "libLibTorchSharp.so");
        File.WriteAllBytes(path, content);
        return path;
    }

    // The files that a build uses, by their places.
    private (IReadOnlyDictionary<string, string> Used, string Output) Build(params string[] arguments)
    {
        var output = Dotnet.Run(folder, ["msbuild", "build.proj", "-t:Print", "-nologo", .. arguments]);
        var used = output.Split('\n', StringSplitOptions.TrimEntries)
            .Select(line => line.Split('='))
            .Where(parts => parts.Length == 3)
            .ToDictionary(parts => $"{parts[0]}/{Path.GetDirectoryName(parts[1])}", parts => parts[2]);
        return (used, output);
    }
}
