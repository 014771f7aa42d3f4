using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The product of two matrices.</summary>
        public Tensor mm(Tensor target) => Ops.Mm.Call(this, target);

        /// <summary>The product of matrices or vectors, broadcast over leading dimensions.</summary>
        public Tensor matmul(Tensor target) => Ops.Matmul.Call(this, target);

        /// <summary>The product of this matrix and a vector.</summary>
        public Tensor mv(Tensor target) => Ops.Mv.Call(this, target);

        /// <summary>The products of two batches of matrices.</summary>
        public Tensor bmm(Tensor batch2) => Ops.Bmm.Call(this, batch2);

        /// <summary>The inner product of two vectors.</summary>
        public Tensor dot(Tensor target) => Ops.Dot.Call(this, target);

        /// <summary>The outer product of two vectors.</summary>
        public Tensor outer(Tensor vec2) => Ops.Outer.Call(this, vec2);

        /// <summary>The outer product of two vectors.</summary>
        public Tensor ger(Tensor vec2) => Ops.Ger.Call(this, vec2);

        /// <summary>The inner products along the last dimension.</summary>
        public Tensor inner(Tensor vec2) => Ops.Inner.Call(this, vec2);

        /// <summary>beta times this plus alpha times the product of two matrices.</summary>
        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) =>
            Ops.Addmm.Call(this, mat1, mat2, (double)beta, (double)alpha);

        /// <summary>beta times this plus alpha times the product of two matrices, in place.</summary>
        public Tensor addmm_(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) =>
            Do(Ops.AddmmInPlace, this, mat1, mat2, (double)beta, (double)alpha);

        /// <summary>beta times this plus alpha times the product of a matrix and a vector.</summary>
        public Tensor addmv(Tensor mat, Tensor vec, float beta = 1.0f, float alpha = 1.0f) =>
            Ops.Addmv.Call(this, mat, vec, (double)beta, (double)alpha);

        /// <summary>beta times this plus alpha times the product of a matrix and a vector, in place.</summary>
        public Tensor addmv_(Tensor mat, Tensor vec, float beta = 1.0f, float alpha = 1.0f) =>
            Do(Ops.AddmvInPlace, this, mat, vec, (double)beta, (double)alpha);

        /// <summary>beta times this plus alpha times the outer product of two vectors.</summary>
        public Tensor addr(Tensor vec1, Tensor vec2, float beta = 1.0f, float alpha = 1.0f) =>
            Ops.Addr.Call(this, vec1, vec2, (double)beta, (double)alpha);

        /// <summary>beta times this plus alpha times the outer product of two vectors, in place.</summary>
        public Tensor addr_(Tensor vec1, Tensor vec2, float beta = 1.0f, float alpha = 1.0f) =>
            Do(Ops.AddrInPlace, this, vec1, vec2, (double)beta, (double)alpha);

        /// <summary>The sum of the diagonal.</summary>
        public Tensor trace() => Ops.Trace.Call(this);

        /// <summary>The diagonal of a matrix, or a matrix with this diagonal.</summary>
        public Tensor diag(long diagonal = 0) => Ops.Diag.Call(this, diagonal);

        /// <summary>The lower triangle; zeros elsewhere.</summary>
        public Tensor tril(long diagonal = 0) => Ops.Tril.Call(this, diagonal);

        /// <summary>The lower triangle; zeros elsewhere, in place.</summary>
        public Tensor tril_(long diagonal = 0) => Do(Ops.TrilInPlace, this, diagonal);

        /// <summary>The upper triangle; zeros elsewhere.</summary>
        public Tensor triu(long diagonal = 0) => Ops.Triu.Call(this, diagonal);

        /// <summary>The upper triangle; zeros elsewhere, in place.</summary>
        public Tensor triu_(long diagonal = 0) => Do(Ops.TriuInPlace, this, diagonal);

        /// <summary>The p-norm of all elements.</summary>
        public Tensor norm(float p = 2.0f) => Ops.NormScalar.Call(this, (double)p);

        /// <summary>The p-norms along a dimension.</summary>
        public Tensor norm(int dim, bool keepdim = false, float p = 2.0f)
        {
            ReadOnlySpan<long> dims = [dim];
            return Ops.NormScalarOptDim.Call(dims, this, (double)p, Arg.Ints(dims), keepdim);
        }

        /// <summary>The p-norm of the difference.</summary>
        public Tensor dist(Tensor other, float p = 2.0f) => Ops.Dist.Call(this, other, (double)p);
    }
}
