using System.Net;
using System.Net.Sockets;
using System.Text;
using ApiLb.Transport;
using Xunit;

namespace ApiLb.TransportTests;

public sealed class DescriptorChannelTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public void Messages_ArriveWholeInOrderWithTheirDescriptors()
    {
        var (ours, theirs) = DescriptorChannel.CreatePair();
        using (ours)
        using (theirs)
        using (Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen();
            Assert.True(ours.Send("one"u8, -1, Patience));
            Assert.True(ours.Send("two"u8, (int)listener.SafeHandle.DangerousGetHandle(), Patience));

            Assert.Equal(("one", -1), Receive(theirs));
            var (text, descriptor) = Receive(theirs);

            Assert.Equal("two", text);
            using Socket same = new(new SafeSocketHandle(descriptor, ownsHandle: true));
            Assert.Equal(listener.LocalEndPoint, same.LocalEndPoint);
        }
    }

    [Fact]
    public void OtherEndThatIsGone_IsTheEnd()
    {
        var (ours, theirs) = DescriptorChannel.CreatePair();
        using (ours)
        {
            theirs.Dispose();

            Assert.Equal(0, ours.Receive(new byte[DescriptorChannel.LongestMessage], Patience, out _));
            Assert.False(ours.Send("one"u8, -1, Patience));
        }
    }

    [Fact]
    public void OtherEndThatDoesNotListen_IsNotWaitedForForEver()
    {
        var (ours, theirs) = DescriptorChannel.CreatePair();
        using (ours)
        using (theirs)
        {
            Assert.Null(ours.Receive(new byte[DescriptorChannel.LongestMessage], TimeSpan.Zero, out _));
            var sent = 0;
            while (ours.Send(new byte[1000], -1, TimeSpan.Zero))
            {
                Assert.True(++sent < 100_000);
            }

            Receive(theirs);
            Assert.True(ours.Send("one"u8, -1, Patience));
        }
    }

    [Fact]
    public void NoSuchDescriptor_IsNobody() => Assert.Null(DescriptorChannel.Adopt(1_000_000));

    private static (string Text, int Descriptor) Receive(DescriptorChannel channel)
    {
        var buffer = new byte[DescriptorChannel.LongestMessage];
        var length = channel.Receive(buffer, Patience, out var descriptor);
        return (Encoding.UTF8.GetString(buffer, 0, length ?? 0), descriptor);
    }
}
