using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Integers from a range, the upper end excluded, all equally likely.</summary>
    public static Tensor randint(long low, long high, Size size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null)
    {
        ReadOnlySpan<long> sizes = size.Shape;
        var result = Ops.RandintLowGenerator.Call(
            sizes, low, high, Arg.Ints(sizes), generator, dtype ?? ScalarType.Int64, Arg.None, InitializeDevice(device));
        return Named(Tracked(result, requires_grad), names);
    }

    /// <summary>Integers from a range, the upper end excluded, all equally likely.</summary>
    public static Tensor randint(long low, long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        randint(low, high, new Size(size), dtype, device, requires_grad, generator, names);

    /// <summary>Integers from a range, the upper end excluded, all equally likely.</summary>
    public static Tensor randint(int low, int high, int[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        randint(low, high, new Size(size), dtype, device, requires_grad, generator, names);

    /// <summary>Integers from zero up to, not including, a number, all equally likely.</summary>
    public static Tensor randint(long high, Size size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        randint(0, high, size, dtype, device, requires_grad, generator, names);

    /// <summary>Integers from zero up to, not including, a number, all equally likely.</summary>
    public static Tensor randint(long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        randint(0, high, new Size(size), dtype, device, requires_grad, generator, names);

    /// <summary>Integers from zero up to, not including, a number, all equally likely.</summary>
    public static Tensor randint(int high, int[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        randint(0, high, new Size(size), dtype, device, requires_grad, generator, names);

    /// <summary>Integers from a range, the upper end excluded, all equally likely, as many as in another tensor.</summary>
    public static Tensor randint_like(Tensor input, long low, long high, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        input.randint_like(low, high, dtype, device, requires_grad);

    /// <summary>The integers from zero up to, not including, n in random order.</summary>
    public static Tensor randperm(long n, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null)
    {
        var result = Ops.RandpermGenerator.Call(n, generator, dtype ?? ScalarType.Int64, Arg.None, InitializeDevice(device));
        return Tracked(result, requires_grad);
    }

    /// <summary>Writes the integers from zero up to, not including, n in random order into a tensor.</summary>
    public static Tensor randperm(long n, Tensor @out, Generator? generator = null)
    {
        Ops.RandpermGeneratorOut.Run(n, generator, @out);
        return @out.alias();
    }

    /// <summary>Normal numbers.</summary>
    public static Tensor normal(double mean, double std, ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        randn(size, dtype, device, false, generator, names).mul_(std).add_(mean).requires_grad_(requires_grad);

    /// <summary>Normal numbers with the means and standard deviations given.</summary>
    public static Tensor normal(Tensor mean, Tensor std, Generator? generator = null)
    {
        if (std.device_type != mean.device_type || std.device_index != mean.device_index)
            throw new ArgumentException("The means and standard deviations must be on the same device.", nameof(std));
        using var standard = randn(mean.shape, device: std.device, generator: generator);
        using var scaled = standard * std;
        return scaled + mean;
    }

    /// <summary>Zeros and ones, one with the probability that the element is.</summary>
    public static Tensor bernoulli(Tensor input, Generator? generator = null) => input.bernoulli(generator);

    /// <summary>Binomial numbers of given numbers of trials and probabilities.</summary>
    public static Tensor binomial(Tensor count, Tensor probs, Generator? generator = null) => count.binomial(probs, generator);

    /// <summary>Draws column numbers, with the weights in each row.</summary>
    public static Tensor multinomial(Tensor input, long num_samples, bool replacement = false, Generator? generator = null) =>
        input.multinomial(num_samples, replacement, generator);

    /// <summary>Poisson numbers with the elements as rates.</summary>
    public static Tensor poisson(Tensor input, Generator? generator = null) => input.poisson(generator);
}
