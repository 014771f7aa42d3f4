using DeepBelief.Tensors;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace DeepBelief.Tests.Tensors;

public sealed class ArithmeticTests
{
    private static readonly double[] Numbers = [-3.5, -1, 0, 0.25, 7];

    /// <summary>Each of the class, with what it is for one element.</summary>
    public static TheoryData<string, Func<Tensor, Tensor>, Func<double, double>> Functions => new()
    {
        { "x + y", x => x.Plus(x), x => x + x },
        { "x + factor y", x => x.Plus(x, 0.3), x => x + (0.3 * x) },
        { "x + number", x => x.Plus(0.3), x => x + 0.3 },
        { "x - number", x => x.Minus(0.3), x => x - 0.3 },
        { "1 - x", Arithmetic.OneMinus, x => 1 - x },
        { "number x", x => x.Times(0.3), x => 0.3 * x },
        { "x / number", x => x.Over(0.3), x => x / 0.3 },
        { "x²", x => x.Squared(), x => x * x },
        { "softplus", Arithmetic.Softplus, x => Math.Log(1 + Math.Exp(x)) },
        { "at least", x => x.AtLeast(0.1), x => Math.Max(x, 0.1) },
        { "at most", x => x.AtMost(0.1), x => Math.Min(x, 0.1) },
        { "within", x => x.Within(-0.1, 0.1), x => Math.Clamp(x, -0.1, 0.1) },
        { "above", x => x.IsAbove(0).to(x.dtype), x => x > 0 ? 1 : 0 },
        { "below", x => x.IsBelow(0).to(x.dtype), x => x < 0 ? 1 : 0 },
        { "not zero", x => x.IsNotZero().to(x.dtype), x => x != 0 ? 1 : 0 },
        { "fill", x => x.clone().Fill(0.3), _ => 0.3 },
        { "add y", x => x.clone().Add(x), x => x + x },
        { "add factor y", x => x.clone().Add(x, -0.3), x => x - (0.3 * x) },
        { "add number", x => x.clone().Add(0.3), x => x + 0.3 },
        { "add factor y z", x => x.clone().AddProduct(x, x, 0.3), x => x + (0.3 * x * x) },
        { "add factor y / z", x => x.clone().AddQuotient(x, torch.exp(x), 0.3), x => x + (0.3 * x / Math.Exp(x)) },
        { "scale", x => x.clone().Scale(0.3), x => 0.3 * x },
    };

    [Theory]
    [MemberData(nameof(Functions))]
    public void Functions_are_what_they_say(string name, Func<Tensor, Tensor> function, Func<double, double> expected)
    {
        using var scope = torch.NewDisposeScope();
        var result = function(torch.tensor(Numbers, ScalarType.Float64, torch.CPU));
        foreach (var (number, value) in Numbers.Zip(result.data<double>().ToArray()))
            value.Should().BeApproximately(expected(number), 1e-14, "that is {0} of {1}", name, number);
    }

    [Fact]
    public void Integers_stay_integers()
    {
        using var scope = torch.NewDisposeScope();
        var numbers = Arithmetic.Range(3, 8, torch.CPU);
        numbers.data<long>().ToArray().Should().Equal(3, 4, 5, 6, 7);
        numbers.WholeOver(2).data<long>().ToArray().Should().Equal(1, 2, 2, 3, 3);
        numbers.Remainder(2).data<long>().ToArray().Should().Equal(1, 0, 1, 0, 1);
        numbers.Plus(numbers).data<long>().ToArray().Should().Equal(6, 8, 10, 12, 14);
        numbers.clone().Add(1).data<long>().ToArray().Should().Equal(4, 5, 6, 7, 8);
        numbers.sum().Number().Should().Be(25);
    }

    /// <summary>The analyser that reads BannedSymbols.txt does not see the operators in <c>a += b</c> and its like.</summary>
    [Fact]
    public void No_operator_makes_a_scalar_inside()
    {
        var bare = new[] { nameof(Int32), nameof(Int64), nameof(Single), nameof(Double) };
        var found = Operators(typeof(Rbm).Assembly)
            .Where(call => call.Name == "op_Addition" || call.Name.StartsWith("op_", StringComparison.Ordinal) && call.Parameters.Any(bare.Contains))
            .Select(call => $"{call.Name}({string.Join(", ", call.Parameters)})");
        Operators(typeof(Rbm).Assembly).Should().Contain(call => call.Name == "op_Subtraction", "or else the metadata is read wrongly");
        found.Should().BeEmpty("Arithmetic has functions that keep their scalars alive");
    }

    /// <summary>The operators of tensors that an assembly uses.</summary>
    private static List<(string Name, string[] Parameters)> Operators(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var reader = file.GetMetadataReader();
        var operators = new List<(string, string[])>();
        foreach (var reference in reader.MemberReferences.Select(reader.GetMemberReference))
        {
            var name = reader.GetString(reference.Name);
            if (!name.StartsWith("op_", StringComparison.Ordinal)
                || reference.Parent.Kind != HandleKind.TypeReference
                || reader.GetString(reader.GetTypeReference((TypeReferenceHandle)reference.Parent).Name) != nameof(Tensor))
                continue;
            operators.Add((name, [.. Parameters(reader.GetBlobReader(reference.Signature))]));
        }

        return operators;
    }

    private static List<string> Parameters(BlobReader signature)
    {
        _ = signature.ReadSignatureHeader();
        var count = signature.ReadCompressedInteger();
        var names = new List<string>();
        for (var i = 0; i <= count; i++)
        {
            var code = signature.ReadSignatureTypeCode();
            if (code == SignatureTypeCode.TypeHandle)
                _ = signature.ReadTypeHandle();
            if (i > 0)
                names.Add(code.ToString());
        }

        return names;
    }
}
