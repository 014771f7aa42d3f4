using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Seeds the default generators of all devices and returns the CPU's.</summary>
    public static Generator manual_seed(long seed) => random.manual_seed(seed);

    /// <summary>Seeds the CPU's default generator from the clock, and returns the seed.</summary>
    public static long seed() => random.seed();

    /// <summary>The seed that the CPU's default generator was last started with.</summary>
    public static long initial_seed() => random.initial_seed();

    /// <summary>The state of the CPU's default generator.</summary>
    public static Tensor get_rng_state() => random.get_rng_state();

    /// <summary>Sets the state of the CPU's default generator.</summary>
    public static void set_rng_state(Tensor new_state) => random.set_rng_state(new_state);

    /// <summary>The number of threads for the work inside one operator.</summary>
    public static int get_num_threads() => Native.Check(Native.slt_get_num_threads());

    /// <summary>Sets the number of threads for the work inside one operator.</summary>
    public static void set_num_threads(int num) => Native.Check(Native.slt_set_num_threads(num));

    /// <summary>The number of threads for operators that run side by side.</summary>
    public static int get_num_interop_threads() => Native.Check(Native.slt_get_num_interop_threads());

    /// <summary>Sets the number of threads for operators that run side by side; only once, before any work.</summary>
    public static void set_num_interop_threads(int num) => Native.Check(Native.slt_set_num_interop_threads(num));

    /// <summary>The default generators.</summary>
    public static partial class random
    {
        /// <summary>Seeds the CPU's default generator from the clock, and returns the seed.</summary>
        public static long seed()
        {
            using var generator = Generator.Default;
            return generator.seed();
        }

        /// <summary>The seed that the CPU's default generator was last started with.</summary>
        public static long initial_seed()
        {
            using var generator = Generator.Default;
            return generator.initial_seed();
        }

        /// <summary>Seeds the default generators of all devices and returns the CPU's.</summary>
        public static Generator manual_seed(long seed)
        {
            Native.Check(Native.slt_manual_seed((ulong)seed));
            return Generator.Default;
        }

        /// <summary>The state of the CPU's default generator.</summary>
        public static Tensor get_rng_state()
        {
            using var generator = Generator.Default;
            return generator.get_state();
        }

        /// <summary>Sets the state of the CPU's default generator.</summary>
        public static void set_rng_state(Tensor new_state)
        {
            using var generator = Generator.Default;
            generator.set_state(new_state);
        }
    }
}
