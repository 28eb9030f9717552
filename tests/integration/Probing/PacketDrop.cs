using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ApiLb.IntegrationTests.Probing;

/// <summary>
/// Makes the kernel drop whatever arrives for a socket before TCP sees it, so that nothing is acknowledged: a host that vanished, on
/// the loopback and without privileges. A classic BPF program that accepts 0 bytes (socket(7), SO_ATTACH_FILTER).
/// </summary>
internal static class PacketDrop
{
    private const int SocketLevel = 1;
    private const int AttachFilter = 26;
    private const ushort Return = 0x06;
    private const int DetachFilter = 27;
    private const int InstructionSize = 8;
    private const int PointerAt = 8;

    public static void Detach(Socket socket) => socket.SetRawSocketOption(SocketLevel, DetachFilter, new byte[sizeof(int)]);

    public static void Attach(Socket socket)
    {
        var program = Marshal.AllocHGlobal(InstructionSize);
        try
        {
            Marshal.WriteInt64(program, Return);
            Span<byte> filter = stackalloc byte[PointerAt + sizeof(long)];
            BinaryPrimitives.WriteUInt16LittleEndian(filter, 1);
            BinaryPrimitives.WriteInt64LittleEndian(filter[PointerAt..], program);
            socket.SetRawSocketOption(SocketLevel, AttachFilter, filter);
        }
        finally
        {
            Marshal.FreeHGlobal(program);
        }
    }
}
