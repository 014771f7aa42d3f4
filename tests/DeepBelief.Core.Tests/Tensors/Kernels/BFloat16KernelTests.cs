using DeepBelief.Tensors;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Tensors.Kernels;

/// <summary>What kernels compute of bfloat16 is what they compute of the same numbers in float32, rounded as torch rounds.</summary>
public sealed class BFloat16KernelTests
{
    // Elements from one row to the next, more than there are columns: a multiple of 16 and none.
    public static TheoryData<int, int, int> Sizes => new() { { 1, 1, 1 }, { 7, 37, 64 }, { 9, 500, 512 }, { 12, 784, 800 }, { 6, 33, 33 } };

    [Fact]
    public void Numbers_are_rounded_as_torch_rounds_them()
    {
        using var scope = torch.NewDisposeScope();
        // Halfway between two neighbours, a bit above and below; both signs; what has no neighbour; what is next to nothing.
        var bits = new List<uint> { 0, 0x80000000, 0x7F800000, 0xFF800000, 0x7F7FFFFF, 0x00000001, 0x00007FFF, 0x00008000, 0x00018000, 0x007FFFFF };
        foreach (var upper in new uint[] { 0x3F80, 0x3F81, 0xBF80, 0xBF81, 0x0001, 0x7F7E, 0x4049, 0xC2FF })
            bits.AddRange([(upper << 16) | 0x7FFF, (upper << 16) | 0x8000, (upper << 16) | 0x8001, (upper << 16) | 0x1234, (upper << 16) | 0xFFFF]);
        var values = torch.tensor(bits.Select(BitConverter.UInt32BitsToSingle).ToArray()).unsqueeze(0);

        Near.SameBits(Rounded(values, 64).to(ScalarType.Float32), values.to(ScalarType.BFloat16).to(ScalarType.Float32)).Should().BeTrue();
    }

    [Fact]
    public void Not_a_number_stays_so_whatever_its_bits()
    {
        using var scope = torch.NewDisposeScope();
        var values = torch.tensor(new uint[] { 0x7FC00000, 0xFFC00000, 0x7F800001, 0x7FFFFFFF, 0xFFFFFFFF, 0x7F80FFFF }.Select(BitConverter.UInt32BitsToSingle).ToArray());
        Rounded(values.unsqueeze(0), 32).isnan().all().item<bool>().Should().BeTrue();
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Gathered_rows_are_rounded(int rows, int columns, int stride)
    {
        using var scope = torch.NewDisposeScope();
        var data = Floats(1, 50, columns);
        using var generator = new Generator(4);
        var numbers = torch.randint(0L, 50, [rows], ScalarType.Int64, generator: generator);
        var gathered = Matrix(rows, columns, stride);
        GatherKernel.Gather(data, numbers, 0, gathered);
        Near.SameBits(Wide(gathered), Wide(data.index_select(0, numbers).to(ScalarType.BFloat16))).Should().BeTrue();
        Between(gathered, stride).Should().Be(0, "what lies between rows stays");
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Means_and_states_are_those_of_the_same_inputs(int rows, int columns, int stride)
    {
        using var scope = torch.NewDisposeScope();
        var (inputs, bias) = (Rounded(Floats(1, rows, columns), stride), Floats(2, 1, columns).squeeze(0));
        var (means, states) = (Matrix(rows, columns, stride), Matrix(rows, columns, stride));
        var (wideMeans, wideStates) = (torch.zeros(rows, columns), torch.zeros(rows, columns));
        BernoulliKernel.Activate(Wide(inputs), bias, wideMeans, wideStates, 5);
        BernoulliKernel.Activate(inputs, bias, means, states, 5);
        Near.SameBits(Wide(states), wideStates).Should().BeTrue();
        Near.SameBits(Wide(means), Wide(wideMeans.to(ScalarType.BFloat16))).Should().BeTrue();
        // In place, as chains do.
        BernoulliKernel.Activate(inputs, bias, null, inputs, 5);
        Near.SameBits(Wide(inputs), wideStates).Should().BeTrue();
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Sums_over_rows_are_those_of_the_same_numbers(int rows, int columns, int stride)
    {
        using var scope = torch.NewDisposeScope();
        var values = Rounded(Floats(1, rows, columns), stride);
        var (sums, wideSums) = (torch.ones(columns), torch.ones(columns));
        ColumnSums.Add(values, null, sums, null, -0.5);
        ColumnSums.Add(Wide(values), null, wideSums, null, -0.5);
        Near.SameBits(sums, wideSums).Should().BeTrue();
        Near.SameBits(ColumnSums.Mean(values), ColumnSums.Mean(Wide(values))).Should().BeTrue();
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_matrix_is_turned(int rows, int columns, int stride)
    {
        using var scope = torch.NewDisposeScope();
        var values = Rounded(Floats(1, rows, columns), stride);
        var turned = torch.zeros(columns, rows, ScalarType.BFloat16);
        TransposeKernel.Transpose(values, turned);
        Near.SameBits(Wide(turned), Wide(values).t().contiguous()).Should().BeTrue();
    }

    [Theory]
    [InlineData(5)]
    [InlineData(500)]
    public void Updates_are_those_by_the_same_gradient_and_leave_a_rounded_copy(int columns)
    {
        using var scope = torch.NewDisposeScope();
        var gradient = Floats(1, 7, columns).to(ScalarType.BFloat16);
        var (copy, start) = (torch.zeros_like(gradient), Floats(2, 7, columns));
        var (first, second) = (State(), State());
        UpdateKernel.Sgd(first[0], gradient, first[1], 0.9, 0.1, 0.01, copy);
        UpdateKernel.Sgd(second[0], Wide(gradient), second[1], 0.9, 0.1, 0.01);
        Check();
        UpdateKernel.Adam(first[0], gradient, first[1], first[2], 0.9, 0.999, 0.1, 0.01, 1.1, 1e-8, copy);
        UpdateKernel.Adam(second[0], Wide(gradient), second[1], second[2], 0.9, 0.999, 0.1, 0.01, 1.1, 1e-8);
        Check();

        Tensor[] State() => [start.clone(), Floats(3, 7, columns), Floats(4, 7, columns).abs()];

        void Check()
        {
            foreach (var (one, other) in first.Zip(second))
                Near.SameBits(one, other).Should().BeTrue();
            Near.SameBits(first[0], start).Should().BeFalse();
            Near.SameBits(Wide(copy), Wide(first[0].to(ScalarType.BFloat16))).Should().BeTrue();
        }
    }

    private static Tensor Floats(long seed, long rows, long columns) => Make.Normal(seed, 2, rows, columns).to(ScalarType.Float32);

    private static Tensor Wide(Tensor rounded) => rounded.to(ScalarType.Float32).contiguous();

    private static Tensor Matrix(long rows, long columns, long stride) => torch.zeros(rows, stride, ScalarType.BFloat16).narrow(1, 0, columns);

    /// <summary>Rounds by a kernel.</summary>
    private static Tensor Rounded(Tensor values, long stride)
    {
        var rounded = Matrix(values.shape[0], values.shape[1], Math.Max(stride, values.shape[1]));
        using var rows = torch.arange(values.shape[0], ScalarType.Int64);
        GatherKernel.Gather(values, rows, 0, rounded);
        return rounded;
    }

    // The largest number in the memory between rows.
    private static double Between(Tensor matrix, int stride)
    {
        if (stride == matrix.shape[1])
            return 0;
        var all = matrix.as_strided([matrix.shape[0], stride], [stride, 1]);
        return all.narrow(1, matrix.shape[1], stride - matrix.shape[1]).to(ScalarType.Float32).abs().max().ToDouble();
    }
}
