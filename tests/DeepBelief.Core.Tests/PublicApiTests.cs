using System.Reflection;
using System.Runtime.CompilerServices;

namespace DeepBelief.Tests;

/// <summary>The public API changes only where <c>PublicApi.txt</c> is changed with it.</summary>
public sealed class PublicApiTests
{
    private static string SourceFolder
        => typeof(PublicApiTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ProjectDirectory").Value!;

    [Fact]
    public void The_public_api_is_the_one_that_is_written_down()
    {
        var actual = Describe(typeof(Rbm).Assembly).ToArray();
        var file = Path.Combine(SourceFolder, "PublicApi.txt");
        var expected = File.Exists(file) ? File.ReadAllLines(file) : [];

        var added = actual.Except(expected).ToArray();
        var removed = expected.Except(actual).ToArray();
        if (Environment.GetEnvironmentVariable("UPDATE_PUBLIC_API") == "1")
            File.WriteAllLines(file, actual);
        added.Concat(removed).Should().BeEmpty("PublicApi.txt must name every public member (UPDATE_PUBLIC_API=1 rewrites it); new: {0}; gone: {1}", string.Join('\n', added), string.Join('\n', removed));
    }

    private static IEnumerable<string> Describe(Assembly assembly)
        => assembly.GetExportedTypes().OrderBy(t => t.FullName, StringComparer.Ordinal).SelectMany(Describe);

    private static IEnumerable<string> Describe(Type type)
    {
        const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var kind = type.IsInterface ? "interface" : type.IsEnum ? "enum" : type.IsAbstract && type.IsSealed ? "static class" : type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class";
        yield return $"{kind} {type}";
        var members = type.GetMembers(Own)
            .Where(m => m.GetCustomAttribute<CompilerGeneratedAttribute>() is null && m is not Type && IsVisible(m))
            .Where(m => m is not MethodBase { IsSpecialName: true } || m is ConstructorInfo || m.Name.StartsWith("op_", StringComparison.Ordinal))
            .Select(m => $"  {type}.{Signature(m)}");
        foreach (var member in members.Order(StringComparer.Ordinal))
            yield return member;
    }

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodBase m => m.IsPublic || m.IsFamily || m.IsFamilyOrAssembly,
        PropertyInfo p => p.GetAccessors(nonPublic: true).Any(IsVisible),
        FieldInfo f => f.IsPublic && f.Name != "value__",
        _ => true,
    };

    private static string Signature(MemberInfo member) => member switch
    {
        ConstructorInfo c => $".ctor({Parameters(c)})",
        MethodInfo m => $"{m.Name}({Parameters(m)}) : {m.ReturnType}",
        PropertyInfo p => $"{p.Name} : {p.PropertyType}{(p.SetMethod is null ? string.Empty : " { init }")}",
        FieldInfo f => $"{f.Name} : {f.FieldType}",
        _ => member.ToString()!,
    };

    private static string Parameters(MethodBase method)
        => string.Join(", ", method.GetParameters().Select(p => $"{p.ParameterType} {p.Name}{(p.HasDefaultValue ? $" = {p.DefaultValue ?? "null"}" : string.Empty)}"));
}
