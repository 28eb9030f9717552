// The part of a kubelet that apiservers proxy to: exec, attach, port-forward and logs, served by the kubelet's own streaming packages.
// Built by build-kubernetes.sh inside the Kubernetes source. There is no container: a command runs on this host, a forwarded port is one
// of this host's, and every container is one `cat`, which gives each line back to who is attached and keeps it as its log.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
	protocols "k8s.io/apimachinery/pkg/util/remotecommand"
	client "k8s.io/client-go/tools/remotecommand"
	"k8s.io/client-go/util/cert"
	"k8s.io/kubernetes/pkg/kubelet/cri/streaming/portforward"
	"k8s.io/kubernetes/pkg/kubelet/cri/streaming/remotecommand"
	utilexec "k8s.io/utils/exec"
)

const idleTimeout = 4 * time.Hour // The kubelet's --streaming-connection-idle-timeout.

func main() {
	address := flag.String("address", "", "IP address to serve on")
	clientCA := flag.String("client-ca-file", "", "who has signed the apiservers' client certificates")
	flag.Parse()
	server := &http.Server{Addr: net.JoinHostPort(*address, "10250"), Handler: newNode(), TLSConfig: tlsFor(*address, *clientCA)}
	log.Fatal(server.ListenAndServeTLS("", ""))
}

// As the kubelet by default: a certificate that it has signed itself, and no client without one of the cluster's.
func tlsFor(address, clientCA string) *tls.Config {
	certificate, key, err := cert.GenerateSelfSignedCertKey(address, []net.IP{net.ParseIP(address)}, nil)
	must(err)
	pair, err := tls.X509KeyPair(certificate, key)
	must(err)
	authority, err := os.ReadFile(clientCA)
	must(err)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(authority)
	return &tls.Config{Certificates: []tls.Certificate{pair}, ClientCAs: pool, ClientAuth: tls.RequireAndVerifyClientCert}
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

type node struct {
	lock       sync.Mutex
	containers map[string]*container
}

func newNode() *node { return &node{containers: map[string]*container{}} }

// Paths are /exec/NAMESPACE/POD/CONTAINER, /attach and /containerLogs likewise, and /portForward/NAMESPACE/POD.
func (n *node) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	log.Printf("%s %s, protocols %q", r.Method, r.URL, r.Header.Values("X-Stream-Protocol-Version"))
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch {
	case parts[0] == "portForward" && len(parts) == 3:
		n.portForward(w, r, parts[2])
	case parts[0] == "containerLogs" && len(parts) == 4:
		n.named(parts[1:]).writeLog(w, r)
	case (parts[0] == "exec" || parts[0] == "attach") && len(parts) == 4:
		n.stream(w, r, parts)
	default:
		http.NotFound(w, r)
	}
}

func (n *node) named(parts []string) *container {
	n.lock.Lock()
	defer n.lock.Unlock()
	name := strings.Join(parts, "/")
	found, ok := n.containers[name]
	if !ok {
		found = newContainer()
		n.containers[name] = found
	}
	return found
}

func (n *node) stream(w http.ResponseWriter, r *http.Request, parts []string) {
	options, err := remotecommand.NewOptions(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	target := n.named(parts[1:])
	creation, supported := protocols.DefaultStreamCreationTimeout, protocols.SupportedStreamingProtocols
	if parts[0] == "attach" {
		remotecommand.ServeAttach(w, r, target, parts[2], "", parts[3], options, idleTimeout, creation, supported)
	} else {
		remotecommand.ServeExec(w, r, target, parts[2], "", parts[3], r.URL.Query()["command"], options, idleTimeout, creation, supported)
	}
}

func (n *node) portForward(w http.ResponseWriter, r *http.Request, pod string) {
	options, err := portforward.NewV4Options(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	portforward.ServePortForward(
		w, r, n, pod, "", options, idleTimeout, protocols.DefaultStreamCreationTimeout, portforward.SupportedProtocols)
}

// PortForward implements portforward.PortForwarder.
func (n *node) PortForward(_ string, _ types.UID, port int32, stream io.ReadWriteCloser) error {
	defer stream.Close()
	connection, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(int(port))))
	if err != nil {
		return err
	}
	defer connection.Close()
	go func() {
		_, _ = io.Copy(connection, stream)
		_ = connection.(*net.TCPConn).CloseWrite()
	}()
	_, err = io.Copy(stream, connection)
	return err
}

type container struct {
	lock    sync.Mutex
	written *sync.Cond // The log has grown, or a reader of it has gone.
	lines   []string
}

func newContainer() *container {
	c := &container{}
	c.written = sync.NewCond(&c.lock)
	return c
}

// ExecInContainer implements remotecommand.Executor.
func (c *container) ExecInContainer(_ string, _ types.UID, _ string, command []string, in io.Reader, out, errors io.WriteCloser,
	_ bool, _ <-chan client.TerminalSize, _ time.Duration) error {
	process := exec.Command(command[0], command[1:]...)
	if out != nil {
		process.Stdout = out
	}
	if errors != nil {
		process.Stderr = errors
	}
	if in != nil {
		// Not Stdin: Wait would wait for the end of what the client sends, which an open terminal does not bring.
		pipe, err := process.StdinPipe()
		if err != nil {
			return err
		}
		go func() {
			_, _ = io.Copy(pipe, in)
			_ = pipe.Close()
		}()
	}
	err := process.Run()
	if exit, ok := err.(*exec.ExitError); ok {
		return &utilexec.ExitErrorWrapper{ExitError: exit}
	}
	return err
}

// AttachContainer implements remotecommand.Attacher.
func (c *container) AttachContainer(_ string, _ types.UID, _ string, in io.Reader, out, _ io.WriteCloser, _ bool,
	_ <-chan client.TerminalSize) error {
	if in == nil {
		return fmt.Errorf("a cat to which nothing is written has nothing to say")
	}
	scanner := bufio.NewScanner(in)
	for scanner.Scan() {
		c.lock.Lock()
		c.lines = append(c.lines, scanner.Text()+"\n")
		c.written.Broadcast()
		c.lock.Unlock()
		if _, err := io.WriteString(out, scanner.Text()+"\n"); err != nil {
			return err
		}
	}
	return scanner.Err()
}

func (c *container) writeLog(w http.ResponseWriter, r *http.Request) {
	follow := r.URL.Query().Get("follow") == "true"
	go func() {
		<-r.Context().Done()
		c.lock.Lock()
		c.written.Broadcast()
		c.lock.Unlock()
	}()
	w.WriteHeader(http.StatusOK)
	w.(http.Flusher).Flush()
	for next := 0; ; next++ {
		line, ok := c.line(next, follow, r)
		if !ok {
			return
		}
		if _, err := io.WriteString(w, line); err != nil {
			return
		}
		w.(http.Flusher).Flush()
	}
}

func (c *container) line(index int, wait bool, r *http.Request) (string, bool) {
	c.lock.Lock()
	defer c.lock.Unlock()
	for wait && index >= len(c.lines) && r.Context().Err() == nil {
		c.written.Wait()
	}
	if index >= len(c.lines) {
		return "", false
	}
	return c.lines[index], true
}
