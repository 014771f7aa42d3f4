// The counts of live tensors and the default generator belong to the process: tests that look at them must be alone.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace TorchSharp.Tests;

/// <summary>Comparisons of tensors with the numbers that PyTorch 1.13 gives.</summary>
internal static class Assertions
{
    public static void ShouldBe(this torch.Tensor actual, params double[] expected) => actual.ShouldBeWithin(1e-6, expected);

    public static void ShouldBeWithin(this torch.Tensor actual, double tolerance, params double[] expected)
    {
        using var scope = torch.NewDisposeScope();
        var values = actual.detach().to(torch.float64).cpu().data<double>().ToArray();
        values.Should().HaveCount(expected.Length);
        for (var i = 0; i < expected.Length; i++)
            values[i].Should().BeApproximately(expected[i], tolerance, "element {0} of [{1}]", i, string.Join(", ", values));
    }

    public static void ShouldHaveShape(this torch.Tensor actual, params long[] expected) => actual.shape.Should().Equal(expected);

    /// <summary>A double-precision tensor of one dimension.</summary>
    public static torch.Tensor Vector(params double[] values) => torch.tensor(values);
}
