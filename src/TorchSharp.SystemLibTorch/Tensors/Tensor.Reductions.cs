using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The sum of all elements.</summary>
        public Tensor sum(ScalarType? type = null) => Ops.Sum.Call(this, type);

        /// <summary>The sums along dimensions.</summary>
        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) =>
            Ops.SumDimIntList.Call(dim, this, Arg.Ints(dim), keepdim, type);

        /// <summary>The sums along dimensions.</summary>
        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => sum((ReadOnlySpan<long>)dim, keepdim, type);

        /// <summary>The sums along a dimension.</summary>
        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => sum((ReadOnlySpan<long>)[dim], keepdim, type);

        /// <summary>The sums along two dimensions.</summary>
        public Tensor sum(long dim0, long dim1, bool keepdim = false, ScalarType? type = null) =>
            sum((ReadOnlySpan<long>)[dim0, dim1], keepdim, type);

        /// <summary>The sums along three dimensions.</summary>
        public Tensor sum(long dim0, long dim1, long dim2, bool keepdim = false, ScalarType? type = null) =>
            sum((ReadOnlySpan<long>)[dim0, dim1, dim2], keepdim, type);

        /// <summary>The mean of all elements.</summary>
        public Tensor mean() => Ops.Mean.Call(this);

        /// <summary>The means along dimensions.</summary>
        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) =>
            Ops.MeanDim.Call(dimensions, this, Arg.Ints(dimensions), keepdim, type);

        /// <summary>The variance of all elements, by default with Bessel's correction.</summary>
        public Tensor var(bool unbiased = true) => Ops.Var.Call(this, unbiased);

        /// <summary>The variances along dimensions, by default with Bessel's correction.</summary>
        public Tensor var(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Ops.VarDim.Call(dimensions, this, Arg.Ints(dimensions), unbiased, keepdim);

        /// <summary>The variances along dimensions, by default with Bessel's correction.</summary>
        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            var((ReadOnlySpan<long>)dimensions, unbiased, keepdim, type);

        /// <summary>The variances along a dimension, by default with Bessel's correction.</summary>
        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            var((ReadOnlySpan<long>)[dim], unbiased, keepdim, type);

        /// <summary>The variances along two dimensions, by default with Bessel's correction.</summary>
        public Tensor var((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            var((ReadOnlySpan<long>)[dim.Item1, dim.Item2], unbiased, keepdim, type);

        /// <summary>The variances along three dimensions, by default with Bessel's correction.</summary>
        public Tensor var((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            var((ReadOnlySpan<long>)[dim.Item1, dim.Item2, dim.Item3], unbiased, keepdim, type);

        /// <summary>The standard deviation of all elements, by default with Bessel's correction.</summary>
        public Tensor std(bool unbiased = true) => Ops.Std.Call(this, unbiased);

        /// <summary>The standard deviations along dimensions, by default with Bessel's correction.</summary>
        public Tensor std(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Ops.StdDim.Call(dimensions, this, Arg.Ints(dimensions), unbiased, keepdim);

        /// <summary>The standard deviations along dimensions, by default with Bessel's correction.</summary>
        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            std((ReadOnlySpan<long>)dimensions, unbiased, keepdim, type);

        /// <summary>The standard deviations along a dimension, by default with Bessel's correction.</summary>
        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            std((ReadOnlySpan<long>)[dim], unbiased, keepdim, type);

        /// <summary>The standard deviations along two dimensions, by default with Bessel's correction.</summary>
        public Tensor std((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            std((ReadOnlySpan<long>)[dim.Item1, dim.Item2], unbiased, keepdim, type);

        /// <summary>The standard deviations along three dimensions, by default with Bessel's correction.</summary>
        public Tensor std((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            std((ReadOnlySpan<long>)[dim.Item1, dim.Item2, dim.Item3], unbiased, keepdim, type);

        /// <summary>The product of all elements.</summary>
        public Tensor prod(ScalarType? type = null) => Ops.Prod.Call(this, type);

        /// <summary>The products along a dimension.</summary>
        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null) => Ops.ProdDimInt.Call(this, dim, keepdim, type);

        /// <summary>The largest element.</summary>
        public Tensor max() => Ops.Max.Call(this);

        /// <summary>The elementwise maximum.</summary>
        public Tensor max(Tensor other) => maximum(other);

        /// <summary>The largest elements along a dimension and where they are.</summary>
        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) => Ops.MaxDim.CallPair(this, dim, keepdim);

        /// <summary>The largest elements along dimensions.</summary>
        public Tensor amax(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null)
        {
            if (@out is null) return Ops.Amax.Call(dims, this, Arg.Ints(dims), keepdim);
            Ops.AmaxOut.Run(dims, this, Arg.Ints(dims), keepdim, @out);
            return @out;
        }

        /// <summary>The largest elements along dimensions.</summary>
        public Tensor amax(long[] dims, bool keepdim = false, Tensor? @out = null) => amax((ReadOnlySpan<long>)dims, keepdim, @out);

        /// <summary>The largest elements along dimensions.</summary>
        public Tensor amax(params long[] dims) => amax((ReadOnlySpan<long>)dims);

        /// <summary>Where the largest element is, in row-major order.</summary>
        public Tensor argmax() => Ops.Argmax.Call(this);

        /// <summary>Where the largest elements along a dimension are.</summary>
        public Tensor argmax(long dim, bool keepdim = false) => Ops.Argmax.Call(this, dim, keepdim);

        /// <summary>The smallest element.</summary>
        public Tensor min() => Ops.Min.Call(this);

        /// <summary>The elementwise minimum.</summary>
        public Tensor min(Tensor other) => minimum(other);

        /// <summary>The smallest elements along a dimension and where they are.</summary>
        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) => Ops.MinDim.CallPair(this, dim, keepdim);

        /// <summary>The smallest elements along dimensions.</summary>
        public Tensor amin(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null)
        {
            if (@out is null) return Ops.Amin.Call(dims, this, Arg.Ints(dims), keepdim);
            Ops.AminOut.Run(dims, this, Arg.Ints(dims), keepdim, @out);
            return @out;
        }

        /// <summary>The smallest elements along dimensions.</summary>
        public Tensor amin(long[] dims, bool keepdim = false, Tensor? @out = null) => amin((ReadOnlySpan<long>)dims, keepdim, @out);

        /// <summary>The smallest elements along dimensions.</summary>
        public Tensor amin(params long[] dims) => amin((ReadOnlySpan<long>)dims);

        /// <summary>Where the smallest element is, in row-major order.</summary>
        public Tensor argmin() => Ops.Argmin.Call(this);

        /// <summary>Where the smallest elements along a dimension are.</summary>
        public Tensor argmin(long dim, bool keepdim = false) => Ops.Argmin.Call(this, dim, keepdim);

        /// <summary>Whether all elements are true.</summary>
        public Tensor all() => Ops.All.Call(this);

        /// <summary>Whether all elements are true, along a dimension.</summary>
        public Tensor all(long dim, bool keepdim = false) => Ops.AllDim.Call(this, dim, keepdim);

        /// <summary>Whether any element is true.</summary>
        public Tensor any() => Ops.Any.Call(this);

        /// <summary>Whether any element is true, along a dimension.</summary>
        public Tensor any(long dim, bool keepdim = false) => Ops.AnyDim.Call(this, dim, keepdim);

        /// <summary>The median, the lower one of two.</summary>
        public Tensor median() => Ops.Median.Call(this);

        /// <summary>The sum of all elements that are not NaN.</summary>
        public Tensor nansum() => Ops.Nansum.Call(this);

        /// <summary>How many elements aren't zero, in all or along dimensions.</summary>
        public Tensor count_nonzero(long[]? dims = null) =>
            dims is null ? Ops.CountNonzero.Call(this) : Ops.CountNonzeroDimIntList.Call(dims, this, Arg.Ints(dims));

        /// <summary>The logarithm of the sum of the exponentials along a dimension.</summary>
        public Tensor logsumexp(long dim, bool keepdim = false)
        {
            ReadOnlySpan<long> dims = [dim];
            return Ops.Logsumexp.Call(dims, this, Arg.Ints(dims), keepdim);
        }

        /// <summary>The running sums along a dimension.</summary>
        public Tensor cumsum(long dim, ScalarType? type = null) => Ops.Cumsum.Call(this, dim, type);

        /// <summary>The running products along a dimension.</summary>
        public Tensor cumprod(long dim, ScalarType? type = null) => Ops.Cumprod.Call(this, dim, type);

        /// <summary>The logarithms of the running sums of the exponentials along a dimension.</summary>
        public Tensor logcumsumexp(long dim) => Ops.Logcumsumexp.Call(this, dim);

        /// <summary>The elements in order along a dimension, and where they were.</summary>
        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false) =>
            Ops.SortStable.CallPair(this, stable, dim, descending);

        /// <summary>The positions of the elements in order along a dimension.</summary>
        public Tensor argsort(long dim = -1, bool descending = false) => Ops.Argsort.Call(this, dim, descending);

        /// <summary>The k largest or smallest elements along a dimension, and where they were.</summary>
        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true) =>
            Ops.Topk.CallPair(this, k, dim, largest, sorted);

        /// <summary>A histogram in bins of equal width; between the smallest and largest element where both limits are zero.</summary>
        public Tensor histc(long bins = 100, long min = 0, long max = 0) => Ops.Histc.Call(this, bins, (Scalar)min, (Scalar)max);

        /// <summary>How often each number from zero upwards occurs.</summary>
        public Tensor bincount(Tensor? weights, long minlength = 0) => Ops.Bincount.Call(this, weights, minlength);

        /// <summary>The q-th quantiles along a dimension, or of all elements with -1.</summary>
        public Tensor quantile(Tensor q, long dim = -1, bool keepdim = false) =>
            Ops.Quantile.Call(this, q, dim == -1 ? Arg.None : dim, keepdim);
    }
}
