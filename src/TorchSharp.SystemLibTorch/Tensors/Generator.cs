using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A source of random numbers with a state of its own.</summary>
    public class Generator : IDisposable
    {
        private nint handle;

        /// <summary>
        /// A generator, started with a seed. It draws its numbers on the CPU, whatever the device, as TorchSharp's do:
        /// operators on other devices refuse it.
        /// </summary>
        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = device ?? CPU;
            handle = Native.Check(Native.slt_generator_new(seed));
        }

        private Generator(nint handle)
        {
            this.handle = handle;
            device = CPU;
        }

        /// <summary>Frees the native generator of a managed one that was never disposed.</summary>
        ~Generator() => Dispose(false);

        /// <summary>The CPU's default generator, as a new handle.</summary>
        public static Generator Default => new(Native.Check(Native.slt_generator_default()));

        /// <summary>The address of the native generator.</summary>
        public IntPtr Handle => handle;

        /// <summary>The device of the numbers.</summary>
        public Device device { get; private set; }

        /// <summary>The state, as a tensor of bytes.</summary>
        public Tensor get_state()
        {
            var state = new Tensor(Native.Check(Native.slt_generator_state(Handle)));
            GC.KeepAlive(this);
            return state;
        }

        /// <summary>Goes to a state that <see cref="get_state"/> gave.</summary>
        public void set_state(Tensor value)
        {
            Native.Check(Native.slt_generator_set_state(Handle, value.Handle));
            GC.KeepAlive(this);
            GC.KeepAlive(value);
        }

        /// <summary>Starts again with a seed.</summary>
        public Generator manual_seed(long seed)
        {
            Native.Check(Native.slt_generator_seed(Handle, (ulong)seed));
            return this;
        }

        /// <summary>Starts again with a seed from the clock, and returns it.</summary>
        public long seed()
        {
            var seed = DateTime.UtcNow.Ticks;
            manual_seed(seed);
            return seed;
        }

        /// <summary>The seed that the generator was last started with.</summary>
        public unsafe long initial_seed()
        {
            ulong seed;
            Native.Check(Native.slt_generator_current_seed(Handle, &seed));
            GC.KeepAlive(this);
            return (long)seed;
        }

        /// <summary>Frees the native generator.</summary>
        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        /// <summary>Frees the native generator.</summary>
        protected virtual void Dispose(bool disposing)
        {
            var freed = Interlocked.Exchange(ref handle, 0);
            if (freed != 0) Native.slt_generator_free(freed);
        }
    }
}
